/* vtonmetrics fid: the distance between two sets of images. */
#include "cli/metric_tool.h"

static const cli_example examples[] = {
    {"vtonmetrics fid image/ LADI/", "FID of one model's results against the photographs, torchvision's Inception"},
    {"vtonmetrics fid image/ GAN/ LADI/ PROMPT/", "several models, one row each; the photographs are read once"},
    {"vtonmetrics fid image/ LADI/ --protocol pytorch-fid", "the digits of the program pytorch-fid"},
    {"vtonmetrics fid image/ LADI/ --protocol alexnet",
     "FD(alexnet): needs no download, and cannot be compared with any published FID"},
    {"vtonmetrics fid image/ LADI/ --save-stats photos.npz", "keep the statistics of the photographs ..."},
    {"vtonmetrics fid photos.npz GAN/ --all-images", "... and use them in their place"},
    {"vtonmetrics fid image/ GAN/ LADI/ --interval",
     "confidence intervals, and whether the models differ significantly"},
    {"vtonmetrics fid image/ LADI/ --fail-above 40 --quiet", "for scripts: exit status 1 when the FID is above 40"},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text = "REFERENCE is the folder of photographs, each of RESULTS a folder of results, or NAME=FOLDER to call it "
             "something else than its last part; a file ending in .npz holds "
             "saved statistics or features. Only photographs and results that belong to each other count, unless "
             "--all-images is given: by equal names (extension left out), or by the names that known models write (see "
             "--match). --dry-run shows who belongs to whom and computes nothing."},
    {.heading = "What values mean",
     .text =
         "FID has no scale of its own: the same model gets another number with fewer images, other weights or another "
         "resize. With fewer than some thousands of images it is too high. Compare numbers only when the lines below "
         "'Computed with' and the number of images agree."},
};

static const cli_metric_tool fid = {.metric = "fid",
                                    .sections = sections,
                                    .section_count = sizeof(sections) / sizeof(*sections),
                                    .examples = examples,
                                    .example_count = sizeof(examples) / sizeof(*examples)};

int main(int argc, char **argv) { return cli_metric_tool_main(&fid, argc, argv); }
