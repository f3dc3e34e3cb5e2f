// A random order, all orders as likely: the order of a hospital's file tells who came first.
// Private to engine/attach.
#pragma once

#include <cstdint>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"

namespace musubi::engine {

// The numbers 0 to `count` - 1 in an order drawn from `random` (Fisher and Yates, each draw
// without bias).
//
// Errors: those of `random`
Result<std::vector<std::uint32_t>> ShuffledOrder(std::uint32_t count, RandomSource& random);

}  // namespace musubi::engine
