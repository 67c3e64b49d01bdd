#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "vtonmetrics/weights.h"

/* PyTorch puts the first hex digits of a file's SHA-256 at the end of its name; its downloader checks
 * them, and so do we. */
static const vtm_weights_record records[] = {
    {.name = "inception-torchvision",
     .network = "inception-v3",
     .file_name = "inception_v3_google-0cc3c7bd.pth",
     .url = "https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth",
     .sha256_prefix = "0cc3c7bd",
     .bytes = 108949747,
     .licence = "BSD-3-Clause (torchvision)",
     .description = "Inception v3 of torchvision, for fid --protocol torchvision (the default)"},
    {.name = "inception-fid",
     .network = "inception-fid",
     .file_name = "pt_inception-2015-12-05-6726825d.pth",
     .url = "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
            "pt_inception-2015-12-05-6726825d.pth",
     .sha256_prefix = "6726825d",
     .bytes = 95628359,
     .licence = "Apache-2.0 (TensorFlow's Inception of 2015, ported by pytorch-fid)",
     .description = "FID's own Inception, for fid --protocol pytorch-fid, clean-fid, torch-fidelity"},
    {.name = "lpips-alex",
     .network = "lpips-alex",
     .file_name = "lpips-alex.safetensors",
     .url = NULL,
     .sha256_prefix = "0c6d9f8ff0816355ee8214289a053bbc3f37577c1e318814533a62beaeb14ca1",
     .bytes = 9884840,
     .licence = "BSD-3-Clause (torchvision), BSD-2-Clause (LPIPS)",
     .description = "AlexNet trunk and LPIPS v0.1 linear layers, for lpips and fid --protocol alexnet; comes with "
                    "vtonmetrics"},
    {.name = "lpips-vgg",
     .network = "lpips-vgg",
     .file_name = "vgg16-397923af.pth",
     .url = "https://download.pytorch.org/models/vgg16-397923af.pth",
     .sha256_prefix = "397923af",
     .bytes = 553433881,
     .licence = "BSD-3-Clause (torchvision)",
     .description = "trunk of LPIPS with VGG-16, without its linear layers; no metric of this version loads it"},
    {.name = "lpips-squeeze",
     .network = "lpips-squeeze",
     .file_name = "squeezenet1_1-b8a52dc0.pth",
     .url = "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
     .sha256_prefix = "b8a52dc0",
     .bytes = 4966400,
     .licence = "BSD-3-Clause (torchvision)",
     .description =
         "trunk of LPIPS with SqueezeNet 1.1, without its linear layers; no metric of this version loads it"},
};
enum { RECORDS = sizeof(records) / sizeof(*records) };

size_t vtm_weights_catalogue_size(void) { return RECORDS; }

const vtm_weights_record *vtm_weights_catalogue_at(size_t index) { return index < RECORDS ? &records[index] : NULL; }

const vtm_weights_record *vtm_weights_catalogue_find(const char *name) {
  for (size_t i = 0; i < RECORDS; i++)
    if (strcmp(records[i].name, name) == 0) return &records[i];
  return NULL;
}

vtm_status vtm_weights_verify(const char *name, const char *path, vtm_error *error) {
  const vtm_weights_record *record = vtm_weights_catalogue_find(name);
  if (record == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown weights '%s': see 'vtonmetrics weights list'", name);
  char digest[VTM_SHA256_TEXT];
  const vtm_status status = vtm_sha256_file(path, digest, error);
  if (status != VTM_OK) return status;
  if (strncmp(digest, record->sha256_prefix, strlen(record->sha256_prefix)) == 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_FORMAT,
                  "%s: is not the published %s: its SHA-256 is %s, expected %s%s. It is damaged, or another file under "
                  "this name; fetch it again",
                  path, record->name, digest, record->sha256_prefix,
                  strlen(record->sha256_prefix) < VTM_SHA256_TEXT - 1 ? "..." : "");
}
