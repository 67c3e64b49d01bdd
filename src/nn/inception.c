/* Inception v3 (Szegedy et al. 2015, arXiv 1512.00567) as torchvision has it, up to the 2048 features
 * before the classifier, and the variant that FID is computed with. */
#include "nn/inception.h"

#define CONV(NAME, INPUT, OUTPUT, CHANNELS, KH, KW, STRIDE, PH, PW) \
  { VTM_LAYER_CONVOLUTION_NORM, NAME, INPUT, OUTPUT, CHANNELS, KH, KW, STRIDE, PH, PW }
#define CONV_1X1(NAME, INPUT, OUTPUT, CHANNELS) CONV(NAME, INPUT, OUTPUT, CHANNELS, 1, 1, 1, 0, 0)
#define CONV_3X3(NAME, INPUT, OUTPUT, CHANNELS) CONV(NAME, INPUT, OUTPUT, CHANNELS, 3, 3, 1, 1, 1)
#define MAX_POOL(INPUT, OUTPUT) \
  { VTM_LAYER_MAX_POOL, NULL, INPUT, OUTPUT, 0, 3, 3, 2, 0, 0 }
#define BRANCH_POOL(KIND, INPUT, OUTPUT) \
  { KIND, NULL, INPUT, OUTPUT, 0, 3, 3, 1, 1, 1 }

/* torchvision's InceptionA .. InceptionE; M is the block's name, IN the map it reads. */
#define INCEPTION_A(M, IN, POOL_CHANNELS)                                                                       \
  CONV_1X1(M ".branch1x1", IN, M, 64), CONV_1X1(M ".branch5x5_1", IN, M ".5x5", 48),                            \
      CONV(M ".branch5x5_2", M ".5x5", M, 64, 5, 5, 1, 2, 2), CONV_1X1(M ".branch3x3dbl_1", IN, M ".3x3a", 64), \
      CONV_3X3(M ".branch3x3dbl_2", M ".3x3a", M ".3x3b", 96), CONV_3X3(M ".branch3x3dbl_3", M ".3x3b", M, 96), \
      BRANCH_POOL(VTM_LAYER_BRANCH_POOL, IN, M ".pool"), CONV_1X1(M ".branch_pool", M ".pool", M, POOL_CHANNELS)

#define INCEPTION_B(M, IN)                                                                           \
  CONV(M ".branch3x3", IN, M, 384, 3, 3, 2, 0, 0), CONV_1X1(M ".branch3x3dbl_1", IN, M ".3x3a", 64), \
      CONV_3X3(M ".branch3x3dbl_2", M ".3x3a", M ".3x3b", 96),                                       \
      CONV(M ".branch3x3dbl_3", M ".3x3b", M, 96, 3, 3, 2, 0, 0), MAX_POOL(IN, M)

#define INCEPTION_C(M, IN, C7)                                                                                        \
  CONV_1X1(M ".branch1x1", IN, M, 192), CONV_1X1(M ".branch7x7_1", IN, M ".7x7a", C7),                                \
      CONV(M ".branch7x7_2", M ".7x7a", M ".7x7b", C7, 1, 7, 1, 0, 3),                                                \
      CONV(M ".branch7x7_3", M ".7x7b", M, 192, 7, 1, 1, 3, 0), CONV_1X1(M ".branch7x7dbl_1", IN, M ".dbl1", C7),     \
      CONV(M ".branch7x7dbl_2", M ".dbl1", M ".dbl2", C7, 7, 1, 1, 3, 0),                                             \
      CONV(M ".branch7x7dbl_3", M ".dbl2", M ".dbl3", C7, 1, 7, 1, 0, 3),                                             \
      CONV(M ".branch7x7dbl_4", M ".dbl3", M ".dbl4", C7, 7, 1, 1, 3, 0),                                             \
      CONV(M ".branch7x7dbl_5", M ".dbl4", M, 192, 1, 7, 1, 0, 3), BRANCH_POOL(VTM_LAYER_BRANCH_POOL, IN, M ".pool"), \
      CONV_1X1(M ".branch_pool", M ".pool", M, 192)

#define INCEPTION_D(M, IN)                                                                                \
  CONV_1X1(M ".branch3x3_1", IN, M ".3x3", 192), CONV(M ".branch3x3_2", M ".3x3", M, 320, 3, 3, 2, 0, 0), \
      CONV_1X1(M ".branch7x7x3_1", IN, M ".7x7a", 192),                                                   \
      CONV(M ".branch7x7x3_2", M ".7x7a", M ".7x7b", 192, 1, 7, 1, 0, 3),                                 \
      CONV(M ".branch7x7x3_3", M ".7x7b", M ".7x7c", 192, 7, 1, 1, 3, 0),                                 \
      CONV(M ".branch7x7x3_4", M ".7x7c", M, 192, 3, 3, 2, 0, 0), MAX_POOL(IN, M)

#define INCEPTION_E(M, IN, POOL)                                                                                   \
  CONV_1X1(M ".branch1x1", IN, M, 320), CONV_1X1(M ".branch3x3_1", IN, M ".3x3", 384),                             \
      CONV(M ".branch3x3_2a", M ".3x3", M, 384, 1, 3, 1, 0, 1),                                                    \
      CONV(M ".branch3x3_2b", M ".3x3", M, 384, 3, 1, 1, 1, 0), CONV_1X1(M ".branch3x3dbl_1", IN, M ".dbl1", 448), \
      CONV_3X3(M ".branch3x3dbl_2", M ".dbl1", M ".dbl2", 384),                                                    \
      CONV(M ".branch3x3dbl_3a", M ".dbl2", M, 384, 1, 3, 1, 0, 1),                                                \
      CONV(M ".branch3x3dbl_3b", M ".dbl2", M, 384, 3, 1, 1, 1, 0), BRANCH_POOL(POOL, IN, M ".pool"),              \
      CONV_1X1(M ".branch_pool", M ".pool", M, 192)

static const vtm_layer layers[] = {
    CONV("Conv2d_1a_3x3", "image", "1a", 32, 3, 3, 2, 0, 0),
    CONV("Conv2d_2a_3x3", "1a", "2a", 32, 3, 3, 1, 0, 0),
    CONV_3X3("Conv2d_2b_3x3", "2a", "2b", 64),
    MAX_POOL("2b", "2"),
    CONV_1X1("Conv2d_3b_1x1", "2", "3b", 80),
    CONV("Conv2d_4a_3x3", "3b", "4a", 192, 3, 3, 1, 0, 0),
    MAX_POOL("4a", "4"),
    INCEPTION_A("Mixed_5b", "4", 32),
    INCEPTION_A("Mixed_5c", "Mixed_5b", 64),
    INCEPTION_A("Mixed_5d", "Mixed_5c", 64),
    INCEPTION_B("Mixed_6a", "Mixed_5d"),
    INCEPTION_C("Mixed_6b", "Mixed_6a", 128),
    INCEPTION_C("Mixed_6c", "Mixed_6b", 160),
    INCEPTION_C("Mixed_6d", "Mixed_6c", 160),
    INCEPTION_C("Mixed_6e", "Mixed_6d", 192),
    INCEPTION_D("Mixed_7a", "Mixed_6e"),
    INCEPTION_E("Mixed_7b", "Mixed_7a", VTM_LAYER_BRANCH_POOL),
    INCEPTION_E("Mixed_7c", "Mixed_7b", VTM_LAYER_LAST_BRANCH_POOL),
};

/* Features with factors of 16 bits in some blocks, against those of 24 bits everywhere, over the features' standard
 * deviation, rms and maximum, 28 photographs, seeded weights (a trained network amplifies errors less):
 *   Conv2d_1a .. 4a  7.7e-4  7.6e-3     Mixed_6b .. 7c  1.0e-4  8.4e-4
 *   Mixed_5b .. 5d   2.9e-4  2.7e-3     Mixed_7a .. 7c  1.9e-5  1.9e-4
 *   Mixed_6a         5.1e-5  4.0e-4     for comparison, Cook-Toom forms: 1.3e-4  1.2e-3 */
enum { LAYER_COUNT = sizeof(layers) / sizeof(*layers) };

const vtm_network vtm_network_inception_v3 = {
    .name = "inception-v3",
    .description = "torchvision's Inception v3 (1000 classes)",
    .layers = layers,
    .layer_count = LAYER_COUNT,
    .branch_pool = VTM_AVERAGE_WITH_PAD,
    .last_branch_pool = VTM_AVERAGE_WITH_PAD,
    .reduced_from = "Mixed_6a",
    .batched_from = "Mixed_6b",
    .features = "Mixed_7c",
    .feature_count = 2048,
    .norm_epsilon = 0.001,
    .typical_size = 299,
    .identifying_tensor = {"fc.weight", 1000},
};

/* The TensorFlow network of 2015, ported by pytorch-fid: its averages leave the padding out, and its last
 * block takes a maximum. */
const vtm_network vtm_network_inception_fid = {
    .name = "inception-fid",
    .description = "the FID Inception (1008 classes) of pytorch-fid, clean-fid and torch-fidelity",
    .layers = layers,
    .layer_count = LAYER_COUNT,
    .branch_pool = VTM_AVERAGE_WITHOUT_PAD,
    .last_branch_pool = VTM_MAXIMUM,
    .reduced_from = "Mixed_6a",
    .batched_from = "Mixed_6b",
    .features = "Mixed_7c",
    .feature_count = 2048,
    .norm_epsilon = 0.001,
    .typical_size = 299,
    .identifying_tensor = {"fc.weight", 1008},
};
