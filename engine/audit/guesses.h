// The attacks of an audit that name who is behind each encoding, with their controls. Sees
// encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <vector>

#include "engine/audit/audit_policy.h"
#include "engine/audit/finding.h"
#include "engine/audit/people.h"

namespace musubi::engine {

// A smaller sample than this has no graph to speak of.
inline constexpr std::size_t kLeastVictims = 64;

// Each appends its findings. Errors: kInterrupted

// Graphs laid upon each other, by an attacker who knows the people in clear, and more than them.
Status AddGraphMatching(const People& people, const AuditPolicy& policy,
                        std::vector<Finding>* findings);
// Records told by their similarity to some that are known.
Status AddKnownPairs(const People& people, const AuditPolicy& policy,
                     std::vector<Finding>* findings);
// Encodings under another key, held against these as they are. With the secret every record is
// told: that is the control, and no encoding withstands it.
Status AddDictionary(const People& people, const AuditPolicy& policy,
                     std::vector<Finding>* findings);

}  // namespace musubi::engine
