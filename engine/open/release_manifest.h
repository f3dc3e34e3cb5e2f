// The unit's signed manifest of a release, as far as a researcher checks packages against it.
// Private to engine/open.
#pragma once

#include <filesystem>
#include <span>

#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/release_documents.h"

namespace musubi::engine {

// Whether the packages are of the release that the manifest tells of, and each holder hands on no
// more persons than the unit mapped for it.
//
// Errors: kRefused  it is signed by none of `trusted` that is a unit's; or tells otherwise
//         kBadData  it is no such manifest
//         kNoInput, kIo
Status CheckAgainstManifest(const std::filesystem::path& manifest,
                            std::span<const crypto::Certificate> trusted,
                            std::span<const storage::PayloadDocument> packages);

}  // namespace musubi::engine
