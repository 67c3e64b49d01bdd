/* Missing, empty, unknown and damaged entries of folders. The scan finds them; the rules are declared here. */
#include "lint/rules/structure_rules.h"
#include "lint/rules/rule_tables.h"

static const vtm_lint_rule rules[] = {
    [VTM_STRUCTURE_FOLDER_MISSING] = {.effect = VTM_EFFECT_STOPS,
                                      .info = {"folder-missing", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_NAMES,
                                               "A folder that every dataset of this layout has is missing.",
                                               "Copy the folder, or choose another layout with --layout."}},
    [VTM_STRUCTURE_FOLDER_NOT_IN_SET] = {.effect = VTM_EFFECT_STOPS,
                                         .info = {"folder-not-in-set", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_NAMES,
                                                  "One set lacks a folder that another has, as test/ what train/ has: "
                                                  "what runs on one stops at the other.",
                                                  "Copy the folder, or make it with the program that made the other."}},
    [VTM_STRUCTURE_FOLDER_EMPTY] = {.effect = VTM_EFFECT_STOPS,
                                    .info = {"folder-empty", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_NAMES,
                                             "A folder of the dataset holds no file that belongs there.",
                                             "Copy its files, or remove the folder."}},
    [VTM_STRUCTURE_FOLDER_UNKNOWN] = {.info = {"folder-unknown", VTM_LINT_WARNING, VTM_LINT_DATASET, VTM_LINT_NAMES,
                                               "A folder is not part of the layout: loaders will not see it.",
                                               "Rename it as in the layout, or move it out of the dataset."}},
    [VTM_STRUCTURE_FILE_UNKNOWN] =
        {.info = {"file-unknown", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_NAMES,
                  "A file's name does not follow the pattern of its folder: loaders skip it or stop.",
                  "Rename it like the others, or move it out of the folder."}},
    [VTM_STRUCTURE_SIDECAR_MISSING] = {.effect = VTM_EFFECT_STOPS,
                                       .info = {"sidecar-missing", VTM_LINT_ERROR, VTM_LINT_PAIR, VTM_LINT_NAMES,
                                                "An image lacks a file that the others have: loaders stop at it.",
                                                "Create the missing file, or remove the image and its other files."}},
    [VTM_STRUCTURE_SIDECAR_ORPHAN] =
        {.info = {"sidecar-orphan", VTM_LINT_WARNING, VTM_LINT_PAIR, VTM_LINT_NAMES,
                  "A mask, pose or other sidecar has no image: something was deleted or renamed.",
                  "Restore the image, or remove the file."}},
    [VTM_STRUCTURE_SIDECAR_EXTENSION] =
        {.effect = VTM_EFFECT_STOPS,
         .info = {"sidecar-extension", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_NAMES,
                  "A file has a different extension from the one in the layout: loaders ask for the exact name.",
                  "Save it in the layout's format under the layout's name."}},
    [VTM_STRUCTURE_DUPLICATE_NAME] =
        {.info = {"duplicate-name", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_NAMES,
                  "Two files of a folder have the same name except for the extension: it is ambiguous which is meant.",
                  "Move one of the two out of the folder."}},
    [VTM_STRUCTURE_LINK_LOOP] = {.info = {"link-loop", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_NAMES,
                                          "A symbolic link leads back to a folder above it, or to itself.",
                                          "Remove the link."}},
    [VTM_STRUCTURE_SPECIAL_FILE] =
        {.effect = VTM_EFFECT_STOPS,
         .info = {"special-file", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_NAMES,
                  "A FIFO, device, socket or dangling link lies among the files: loaders hang or stop at it.",
                  "Remove it, or make the link point to a file."}},
    [VTM_STRUCTURE_FILE_HIDDEN] =
        {.info = {"file-hidden", VTM_LINT_WARNING, VTM_LINT_FOLDER, VTM_LINT_NAMES,
                  "A folder of pictures holds hidden files, which some programs take for pictures.",
                  "Remove them: `find FOLDER -maxdepth 1 -type f -name '.*' -delete`, with the folder that is named."}},
    [VTM_STRUCTURE_FOLDER_SPELLING] =
        {.info = {"folder-spelling", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_NAMES,
                  "Folders of one set are spelled for different programs, so that none reads "
                  "all of them.",
                  "Rename the folder to the spelling that is named."}},
    [VTM_STRUCTURE_PROGRAM_NEED] =
        {.info = {"program-need", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_NAMES,
                  "A program that was asked for with --for opens something that is not there.",
                  "Copy or make it; `--list-programs` says what each program reads."}},
    [VTM_STRUCTURE_RESULT_AMBIGUOUS] =
        {.info = {"result-ambiguous", VTM_LINT_ERROR, VTM_LINT_PAIR, VTM_LINT_NAMES,
                  "A result's name may mean either of two people: it cannot be scored.",
                  "Rename the results after their photographs, or score with a list of result and photograph, "
                  "`--match pairs:FILE`."}},
    [VTM_STRUCTURE_LIST_MISSING] =
        {.effect = VTM_EFFECT_STOPS,
         .info = {"list-missing", VTM_LINT_ERROR, VTM_LINT_DATASET, VTM_LINT_NAMES,
                  "A pair list, or the file of descriptions, is not where programs look for it: they stop before they "
                  "begin.",
                  "Copy it to the place that is named; `vtonmetrics pairs-check DATASET --write "
                  "FILE` writes one of people in their own garments."}},
    [VTM_STRUCTURE_UNREADABLE_FOLDER] = {.info = {"folder-unreadable", VTM_LINT_ERROR, VTM_LINT_FOLDER, VTM_LINT_NAMES,
                                                  "A folder cannot be listed.",
                                                  "Grant yourself read permission: chmod u+rx FOLDER."}},
};

const vtm_lint_table vtm_lint_structure_rules = {rules, sizeof(rules) / sizeof(*rules)};

const vtm_lint_rule *vtm_lint_structure_rule(vtm_lint_structure structure) { return &rules[structure]; }
