// What a contract says of the bits of a filter beyond its tokens: samples, SAUL, hardening. Private
// to core.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/contract_parts.h"
#include "core/contract_validation.h"
#include "core/filter_parts.h"

namespace musubi {

// Reads the positions and the sample of a feature whose field and tokens are known.
void ReadFeatureBits(const nlohmann::json& node, Feature* feature);

// Reads the rest of a filter whose features are known: `saul`, `hardening`, `similarity`, and its
// widths. Appends what contradicts itself to `*mistakes`; `path` is the filter's.
//
// Requires: `node` satisfies the schema.
void ReadFilterBits(const nlohmann::json& node, const std::string& path, Filter* filter,
                    std::vector<ContractMistake>* mistakes);

}  // namespace musubi
