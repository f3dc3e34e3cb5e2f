#include "engine/evaluate/text_numbers.h"

#include <functional>
#include <utility>

#include "core/check.h"

namespace musubi::engine {

namespace {

std::uint32_t HashOf(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
}

}  // namespace

std::string_view TextNumbers::TextOf(std::uint32_t number) const {
  const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(texts_).substr(begin, ends_[number] - begin);
}

std::size_t TextNumbers::SlotOf(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].number != kEmpty &&
         (slots_[at].hash != hash || TextOf(slots_[at].number) != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t TextNumbers::Of(std::string_view text) {
  if ((ends_.size() + 1) * 4 > slots_.size() * 3) Grow();
  const std::uint32_t hash = HashOf(text);
  Slot& slot = slots_[SlotOf(text, hash)];
  if (slot.number != kEmpty) return slot.number;
  MUSUBI_CHECK(ends_.size() < kMaxTexts);
  slot = {hash, static_cast<std::uint32_t>(ends_.size())};
  texts_ += text;
  ends_.push_back(texts_.size());
  return slot.number;
}

std::optional<std::uint32_t> TextNumbers::Find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[SlotOf(text, HashOf(text))];
  if (slot.number == kEmpty) return std::nullopt;
  return slot.number;
}

void TextNumbers::Grow() {
  constexpr std::size_t kFirstSlots = 64;
  std::vector<Slot> grown(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  const std::size_t mask = grown.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.number == kEmpty) continue;
    std::size_t at = slot.hash & mask;
    while (grown[at].number != kEmpty) at = (at + 1) & mask;
    grown[at] = slot;
  }
  slots_ = std::move(grown);
}

}  // namespace musubi::engine
