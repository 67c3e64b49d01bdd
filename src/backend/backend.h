/* The op table: everything a network needs of a device.
 *
 * Layout, packed weights, borders and the choice of kernels belong to the backend; networks and metrics
 * know shapes only. reference/ is plain C and the truth; every other backend is tested against it.
 *
 * A map holds `images` feature maps of channels x height x width. `border` says how many pixels beyond
 * each edge some reader will want: a backend may keep that many zeros around each map, so that padded
 * convolutions need no special case at the edges. Every op that writes a map writes that border too.
 *
 * Ops write into channels first_channel .. first_channel + n - 1 of their output, so that the branches
 * of a block land side by side and concatenation costs nothing. first_channel is a multiple of
 * VTM_CHANNEL_BLOCK, and the channels that fill up a block are zero.
 *
 * Ops do not fail and do not allocate; shapes have been checked by the planner.
 *
 * Memory belongs to a queue, and ops are done in the order of their calls. On a device they are done later than
 * they return; the maps and weights of a call belong to one queue, and so do the other arrays (pixels, means,
 * distances), which lie in the device's memory too. On a processor all this is trivial: see host.h. Whoever uses
 * the queue functions as they are written down need not know which of the two it is. */
#ifndef VTM_BACKEND_BACKEND_H
#define VTM_BACKEND_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/resampling.h"
#include "vtonmetrics/context.h"

enum { VTM_CHANNEL_BLOCK = 32 };

/* The arithmetic of convolutions. Sums are float32 in all of them. */
typedef enum vtm_precision {
  VTM_PRECISION_F32,    /* rounds no more than float32 does */
  VTM_PRECISION_BF16X3, /* factors in two bf16 parts, three products: 16 bits */
  VTM_PRECISION_BF16,   /* factors rounded to bf16: 8 bits */
  VTM_PRECISION_TF32,   /* factors rounded to 11 bits by a GPU's tensor cores, maps float32 */
  VTM_PRECISION_FP16,   /* maps, weights and biases IEEE half: 11 bits, up to 65504 */
  VTM_PRECISION_COUNT
} vtm_precision;

typedef struct vtm_queue vtm_queue;
typedef struct vtm_recording vtm_recording;

typedef struct vtm_map {
  int images, channels, height, width, border;
  bool reduced;     /* values may be rounded to 16 bits where that is faster */
  float *data;      /* map_bytes() of memory, aligned to 64 bytes */
  vtm_queue *queue; /* whose memory this is; of a processor NULL */
} vtm_map;

/* A convolution with bias and, when asked, ReLU. Zero padding. */
typedef struct vtm_convolution {
  int in_channels, out_channels;
  int kernel_height, kernel_width, stride;
  int pad_height, pad_width;
  bool relu;
  bool exact;                        /* no form that rounds more than direct convolution does */
  bool reduced;                      /* weights and inputs may be rounded to 16 bits too */
  int typical_height, typical_width; /* of the output, by which a backend chooses a form; 0: unknown */
  int typical_images;                /* that are convolved together; 0: one */
  int candidate;                     /* for benchmarks and tests: the number of the form to take; 0: as chosen */
  vtm_queue *queue;                  /* to whose memory the weights go */
} vtm_convolution;

typedef struct vtm_pooling {
  int kernel, stride, pad;
  bool count_pad; /* average: divide by kernel^2 everywhere (PyTorch's count_include_pad=True) */
  /* Average: added to each channel's, and then ReLU; zeros fill it up to a whole VTM_CHANNEL_BLOCK. NULL: neither. */
  const float *bias;
} vtm_pooling;

/* A form in which a backend can compute a convolution, and what it expects of it. */
enum { VTM_WORK_KINDS = 4, VTM_MOST_CANDIDATES = 16 };
typedef struct vtm_candidate {
  const char *name;
  double work[VTM_WORK_KINDS]; /* counts by which the cost is modelled */
  double cost;                 /* of one image, in the time of as many products at the thread's peak */
  double error;                /* of a layer, rms over the standard deviation of its values */
} vtm_candidate;

/* A convolution whose weights lie as the backend wants them. */
typedef struct vtm_packed_convolution vtm_packed_convolution;

/* Memory and order. A queue is used by one thread at a time, that of a processor by any number. What goes wrong on a
 * device after a call has returned is kept and told by `wait`; until then the queue's later work is not done. */
typedef struct vtm_queue_functions {
  /* Of maps, weights and ops in one precision. A processor's queue is NULL. */
  vtm_status (*open)(int device, vtm_precision precision, vtm_queue **queue, vtm_error *error);
  void (*close)(vtm_queue *queue); /* NULL is allowed */

  /* ---- memory ---- */
  /* Bytes that one of `sharers` queues of the device may take for maps. */
  vtm_status (*budget)(vtm_queue *queue, int sharers, size_t *bytes, vtm_error *error);
  /* Never NULL, also for 0 bytes. VTM_ERROR_MEMORY when there is no such room left; this leaves the queue usable. */
  vtm_status (*allocate)(vtm_queue *queue, size_t bytes, void **memory, vtm_error *error);
  void (*release)(vtm_queue *queue, void *memory); /* NULL is allowed */
  /* Memory of the host that copies run to and from beside the caller; other memory works too, slower. These two may
   * be called from any thread. */
  void *(*allocate_host)(vtm_queue *queue, size_t bytes, vtm_error *error);
  void (*release_host)(vtm_queue *queue, void *memory); /* NULL is allowed */
  void (*upload)(vtm_queue *queue, void *device, const void *host, size_t bytes);
  void (*download)(vtm_queue *queue, void *host, const void *device, size_t bytes);

  /* ---- images on their way to load_pixels ---- */
  /* The memory that `stage` needs for an image of so many bytes. */
  size_t (*staging_bytes)(size_t image_bytes);
  /* Where load_pixels finds an image of the host: in `staging`, to which it is copied, or where it lies. Without an
   * image (NULL) nothing is copied; a NULL result says that there is nothing to load. */
  const float *(*stage)(vtm_queue *queue, const float *image, size_t image_bytes, float *staging);
  /* A picture to `pixels`, y.out x x.out x 3. All that the resampling points to lies in the device's memory; so does
   * `between`, of vtm_resampling_between_bytes. NULL: pictures have to come in the size that is wanted. */
  void (*resample)(vtm_queue *queue, const vtm_resampling *resampling, void *between, float *pixels);

  /* ---- order ---- */
  /* Ops between begin and end are not done but kept, and done by `play` as often as wanted. false and NULL: this
   * cannot be recorded; nothing was done, call the ops each time. */
  bool (*begin_recording)(vtm_queue *queue);
  vtm_recording *(*end_recording)(vtm_queue *queue);
  void (*play)(vtm_queue *queue, vtm_recording *recording);
  void (*free_recording)(vtm_recording *recording); /* NULL is allowed */
  /* Until all is done, or until the first failure since the last call. */
  vtm_status (*wait)(vtm_queue *queue, vtm_error *error);
} vtm_queue_functions;

typedef struct vtm_backend {
  const char *name;              /* "cpu avx512" */
  const char *exact_form;        /* of convolutions with vtm_convolution.exact, for people: "direct" */
  const char *convolution_forms; /* of the others */
  vtm_precision precision;       /* of its queues */
  const vtm_queue_functions *queues;
  int batch;        /* images a run that suit it */
  int streams;      /* queues of a device that suit it; 0: one for each thread */
  bool fixed_batch; /* each op takes a whole batch, always of the same size: another one may round differently */

  /* Bytes that a map of this shape needs; unless batches are fixed, image number n lies at n times those of one. */
  size_t (*map_bytes)(const vtm_map *shape);

  /* Pixels (height x width x 3, interleaved) of image number `image` into a map of 3 channels:
   * x * scale[c] + shift[c]. */
  void (*load_pixels)(const float *pixels, const float scale[3], const float shift[3], vtm_map *output, int image);

  /* `weights`: out_channels x in_channels x kernel_height x kernel_width; `bias`: out_channels. NULL with
   * *error set when out of memory. */
  vtm_packed_convolution *(*pack_convolution)(const vtm_convolution *convolution, const float *weights,
                                              const float *bias, vtm_error *error);
  void (*free_convolution)(vtm_packed_convolution *convolution); /* NULL is allowed */
  /* Once before `convolve` with maps of these shapes; says what scratch memory it needs. */
  vtm_status (*prepare_convolution)(vtm_packed_convolution *convolution, const vtm_map *input, const vtm_map *output,
                                    int first_channel, size_t *scratch_bytes, vtm_error *error);
  /* `scratch`: aligned to 64 bytes; its contents are undefined between calls. */
  void (*convolve)(const vtm_packed_convolution *convolution, const vtm_map *input, vtm_map *output, int first_channel,
                   float *scratch);

  /* Padding never wins a maximum. */
  void (*max_pool)(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel);
  void (*average_pool)(const vtm_pooling *pooling, const vtm_map *input, vtm_map *output, int first_channel);

  /* Mean over space: images x channels values. */
  void (*channel_means)(const vtm_map *input, float *means);

  /* One LPIPS layer of two maps of one shape: for each image n, distances[n * stride] is the mean over space of
   *   sum_c weights[c] * (a_c / (|a| + 1e-10) - b_c / (|b| + 1e-10))^2,  |x| = sqrt(sum_c x_c^2)
   * (Zhang et al. 2018, the lpips package's order of operations; its epsilon is outside the root). */
  void (*lpips_distances)(const vtm_map *a, const vtm_map *b, const float *weights, double *distances, size_t stride);

  /* For benchmarks; NULL: not known. What a convolution's form is called, for people, and how many products it forms
   * for one of direct convolution; and how many products a second one thread can form at most, measured in about 50 ms.
   */
  const char *(*form)(const vtm_packed_convolution *convolution, double *products);
  /* The forms that there are for a convolution, numbered from 1; the first is direct. Returns their number. */
  int (*candidates)(const vtm_convolution *convolution, vtm_candidate candidates[VTM_MOST_CANDIDATES]);
  double (*peak)(void);

  /* For tests: image number `image` as channels x height x width, into ordinary memory; waits for a device. */
  void (*read_map)(const vtm_map *map, int image, float *values);
} vtm_backend;

extern const vtm_backend vtm_backend_reference;

/* The precision of a name as in "f32" (NULL: that one), if the context's device has it; else an error that says which
 * it has. */
vtm_status vtm_precision_choose(const vtm_context *context, const char *name, vtm_precision *precision,
                                vtm_error *error);

/* The CPU backend for a set of vtm_cpu_feature bits; static storage. NULL: no processor has the precision. */
const vtm_backend *vtm_backend_cpu(unsigned cpu_features, vtm_precision precision);

/* Output size of a window op along one axis, rounded down; 0 when the input is smaller than the kernel. */
static inline int vtm_window_size(int input, int kernel, int stride, int pad) {
  const int span = input + 2 * pad - kernel;
  return span < 0 ? 0 : span / stride + 1;
}

#endif
