// Whether a project may have what it asks for: the one place that says so. Sees applications and
// the names of holders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/store_values.h"

namespace musubi::engine {

// The holders that a release of the project may have a map for: of `holders`, which have records at
// the epoch, those that its application names; all of them where the store asks for no approval.
// `now` is in Unix seconds; none where there is no clock.
//
// Errors:  kRefused  the project is revoked, closed or expired; there is no clock to tell; or no
//                    holder of its application has records: the message says which
// Threads: safe.
Result<std::vector<std::string>> HoldersToRelease(const storage::ProjectInfo& project,
                                                  std::optional<std::int64_t> now,
                                                  const std::vector<std::string>& holders);

// Refuses a project that has ended: nothing more is done with it. An expired one has not, for its
// application may be amended.
//
// Errors:  kRefused
// Threads: safe.
Status CheckNotEnded(const storage::ProjectInfo& project);

}  // namespace musubi::engine
