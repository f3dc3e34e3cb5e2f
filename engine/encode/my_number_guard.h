// Keeps Individual Numbers ("My Number") out of encodings. Private to engine/encode.
#pragma once

#include <filesystem>
#include <vector>

#include "core/contract.h"
#include "engine/encode/batch_encoder.h"
#include "engine/encode/field_profile.h"

namespace musubi::engine {

// The Number Act (行政手続における特定の個人を識別するための番号の利用等に関する法律), article 9,
// limits the use of Individual Numbers to named purposes, of which linking records is none, even
// with consent.
//
// Errors: kBadData  a column that the contract uses, or the id column, looks like such numbers
Status RefuseMyNumbers(const std::filesystem::path& input, const ColumnPlan& plan,
                       const Contract& contract, const FieldProfile& ids,
                       const std::vector<FieldProfile>& fields);

}  // namespace musubi::engine
