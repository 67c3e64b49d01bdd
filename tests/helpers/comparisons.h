/* A comparison of two metrics and three models, two of which cannot be told apart by one of them. */
#ifndef VTM_TESTS_COMPARISONS_H
#define VTM_TESTS_COMPARISONS_H

#include <math.h>

#include "vtonmetrics/compare.h"

#define EVIL "a|b_\"<script>\n&,%"

static const vtm_interval gan_interval = {8.0, 12.0, 1.0}, ladi_interval = {1.5, 4.5, 0.75};
static const vtm_image_score gan_influences[] = {{.name = "p1", .reference = "p1.jpg", .value = 0.5},
                                                 {.name = "p2", .reference = "p2.jpg", .value = -0.5}};
static const vtm_score_row fid_rows[] = {
    {.name = "GAN",
     .path = "out/GAN",
     .value = 10.0,
     .n_reference = 24,
     .n_generated = 24,
     .interval = &gan_interval,
     .influences = gan_influences,
     .influence_count = 2},
    {.name = EVIL,
     .path = "evil",
     .value = 1.0 / 3.0,
     .n_reference = 24,
     .n_generated = 24,
     .interval = &ladi_interval},
    {.name = "LADI", .path = "LADI", .value = 3.0, .n_reference = 24, .n_generated = 24, .interval = &ladi_interval}};
static const vtm_interval gan_less_evil = {8.6, 10.6, 0.5}, gan_less_ladi = {6.0, 8.0, 0.5},
                          evil_less_ladi = {-5.8, 0.4, 1.6};
static const vtm_difference fid_differences[] = {
    {.a = 0, .b = 1, .n = 24, .value = 9.6, .interval = &gan_less_evil, .p = 0.0004, .verdict = VTM_VERDICT_BEHIND},
    {.a = 0, .b = 2, .n = 24, .value = 7.0, .interval = &gan_less_ladi, .p = 0.002, .verdict = VTM_VERDICT_BEHIND},
    {.a = 1, .b = 2, .n = 24, .value = -2.7, .interval = &evil_less_ladi, .p = 0.11, .verdict = VTM_VERDICT_TIED}};
static const vtm_named_text fid_protocol[] = {{"protocol", "alexnet"}, {"device", "cpu"}};
static const char *const shared_notes[] = {"matched images only: 24 of 25"};
static const char *const fid_warnings[] = {"few images"};
static const vtm_result fid_result = {.metric = "fid",
                                      .label = "FD(alexnet)",
                                      .lower_is_better = true,
                                      .reference = "image",
                                      .rows = fid_rows,
                                      .row_count = 3,
                                      .differences = fid_differences,
                                      .difference_count = 3,
                                      .protocol = fid_protocol,
                                      .protocol_count = 2,
                                      .notes = shared_notes,
                                      .note_count = 1,
                                      .warnings = fid_warnings,
                                      .warning_count = 1};

static const double pair_layers[] = {0.25, 0.5};
static const vtm_image_score gan_pairs[] = {
    {.name = "p1", .reference = "p1.jpg", .value = 0.75, .layers = pair_layers},
    {.name = "p3", .reference = "p3.jpg", .value = 0.75, .layers = pair_layers}};
static const vtm_named_value lpips_terms[] = {{"mean", 0.75}, {"median", 0.75}};
static const vtm_score_row lpips_rows[] = {{.name = "GAN",
                                            .path = "out/GAN",
                                            .value = 0.75,
                                            .n_reference = 2,
                                            .n_generated = 2,
                                            .terms = lpips_terms,
                                            .term_count = 2,
                                            .images = gan_pairs,
                                            .image_count = 2,
                                            .layer_count = 2},
                                           {.name = EVIL, .path = "evil", .value = 0.1}};
static const vtm_named_text lpips_protocol[] = {{"resize", "none"}, {"device", "cpu"}};
static const vtm_result lpips_result = {.metric = "lpips",
                                        .label = "LPIPS(alex)",
                                        .lower_is_better = true,
                                        .reference = "image",
                                        .rows = lpips_rows,
                                        .row_count = 2,
                                        .protocol = lpips_protocol,
                                        .protocol_count = 2,
                                        .notes = shared_notes,
                                        .note_count = 1};
static const vtm_result *const both_results[] = {&fid_result, &lpips_result};
static const char *const comparison_notes[] = {"24 of 25 people are in all folders"};
static const vtm_comparison two_metrics = {.reference = "image",
                                           .results = both_results,
                                           .result_count = 2,
                                           .model_count = 3,
                                           .notes = comparison_notes,
                                           .note_count = 1};

#endif
