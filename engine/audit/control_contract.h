// The plain filter that every attack must break, or it shows nothing. Public facts. Private to
// engine/audit.
#pragma once

#include "core/contract.h"

namespace musubi::engine {

inline constexpr int kControlBits = 1024;

// A contract of the fields of `contract` and one filter a person of kControlBits, in which the
// tokens of all its features, without salts and each feature once, set bits as in a plain Bloom
// filter, so many that two in five are set. `tokens` is how many tokens a record has on average.
//
// Errors: kInternal  it is no contract
Result<Contract> ControlContract(const Contract& contract, double tokens);

}  // namespace musubi::engine
