#include "engine/encode/field_counts.h"

#include <algorithm>

namespace musubi::engine {

void FieldCounts::Add(const FieldValue& value, std::uint64_t times) {
  profile_.Add(value.state, value.notes, times);
  if (value.state == identity::FieldState::kPresent) times_of_[value.value_hash] += times;
}

void FieldCounts::Add(const FieldCounts& other) {
  profile_.Add(other.profile_);
  for (const auto& [hash, times] : other.times_of_) times_of_[hash] += times;
}

FieldProfile FieldCounts::Profile() const {
  FieldProfile profile = profile_;
  profile.distinct = times_of_.size();
  for (const auto& [hash, times] : times_of_) {
    profile.most_frequent = std::max(profile.most_frequent, times);
  }
  return profile;
}

}  // namespace musubi::engine
