// What an attacker who knows some pairs sees of the similarities of the others to them, and what it
// expects to see of each person. Sees encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/audit/dense.h"
#include "engine/audit/people.h"

namespace musubi::engine {

// One way to look at encodings: a row for each record that is not known, in the order of the
// sample, and a column for each that is.
struct AnchorLook {
  Matrix observed;  // of the encodings
  Matrix own_key;   // expected: as the attacker's own encodings of the people have them
  Matrix by_curve;  // expected: as encodings have them on average, by the tokens in clear text
};

// A look at the filters side by side as one; and of several that are `views` of one record, behind
// it a look at each by itself. The first `known` records are known. The attacker encodes by the
// same contract, and so knows what salts which view.
//
// Requires: `tokens` is of the records of `encoded`, by its filters where they are views.
// Threads:  safe; parallel inside.
std::vector<AnchorLook> LooksAt(const Encoded& encoded, const ClearTokens& tokens,
                                std::size_t known, bool views);

// The similarities to the first `anchors` in all of the views, each an observation of its own.
//
// Requires: looks at the same records, at least one.
AnchorLook SideBySide(const std::vector<AnchorLook>& views, Eigen::Index anchors);

}  // namespace musubi::engine
