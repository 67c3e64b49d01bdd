/* vtonmetrics lpips: the perceptual distance of each result to its photograph. */
#include "cli/metric_tool.h"

static const cli_example examples[] = {
    {"vtonmetrics lpips image/ LADI/", "the mean over all pairs of one name"},
    {"vtonmetrics lpips image/ GAN/ LADI/ PROMPT/", "several models, one row each; the photographs are read once"},
    {"vtonmetrics lpips image/ GAN/ LADI/ --interval",
     "confidence intervals, and whether the models differ significantly"},
    {"vtonmetrics lpips image/ LADI/ --per-image scores.csv", "also the value of each pair, to find the worst ones"},
    {"vtonmetrics lpips image/ LADI/ --size native", "without resizing: all pairs must have equal sizes"},
    {"vtonmetrics lpips image/ PROMPT/ --dry-run", "how each file is matched, before anything is computed"},
    {"vtonmetrics lpips image/ LADI/ --value", "the bare number, for scripts"},
    {"vtonmetrics lpips image/ LADI/ --json --output ladi.json", "everything, for programs"},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text =
         "REFERENCE is the folder of photographs, each of RESULTS a folder of results, or NAME=FOLDER to call it "
         "something else than its last part. Images are paired by name, the "
         "extension left out: 00003_00.jpg with 00003_00.png, or by the names that known models write (see --match). "
         "Several results of one photograph all count. --dry-run shows who is paired with whom and computes nothing."
         "\n\nA set in which people wear other garments than in their photographs is refused: LPIPS would measure the "
         "change of clothes."},
    {.heading = "What values mean",
     .text = "0 means equal for the network. Results that show the right person in the right garment are mostly "
             "between 0.05 "
             "and 0.2; above 0.4 something large is different. Values depend on the size at which images are compared: "
             "published tables rarely say which, so compare only numbers that were computed in the same way."},
};

static const cli_metric_tool lpips = {.metric = "lpips",
                                      .sections = sections,
                                      .section_count = sizeof(sections) / sizeof(*sections),
                                      .examples = examples,
                                      .example_count = sizeof(examples) / sizeof(*examples)};

int main(int argc, char **argv) { return cli_metric_tool_main(&lpips, argc, argv); }
