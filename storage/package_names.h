// What is always the same in the archive of a sealed package. Private to storage.
#pragma once

namespace musubi::storage {

inline constexpr const char* kPackageManifestName = "manifest.cms";

}  // namespace musubi::storage
