// Where a stream of bytes goes: a file, an archive, a sealed package, a digest.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/result.h"

namespace musubi::storage {

// Takes the next bytes. After an error it is not called again.
using ByteSink = std::function<Status(std::span<const std::uint8_t>)>;

}  // namespace musubi::storage
