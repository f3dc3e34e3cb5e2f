// Any bytes as a clkhash schema: refused, or one that rows out of the same bytes are encoded under,
// twice alike.
#include <algorithm>
#include <memory>
#include <vector>

#include "clkhash/encoder.h"
#include "core/check.h"

namespace {

using musubi::clkhash::Encoder;
using musubi::clkhash::Schema;

// Whether encoding under `schema` takes no longer than a fuzzer has.
bool IsSmall(const Schema& schema) {
  if (schema.unfolded_bits() > 4096 || schema.features().size() > 8) return false;
  for (const auto& feature : schema.features()) {
    if (!feature.hashing) continue;
    if (feature.hashing->strategy.bits > 256) return false;
    const auto* numeric =
        std::get_if<musubi::clkhash::NumericComparison>(&feature.hashing->comparison);
    if (numeric != nullptr && (numeric->resolution > 8 || numeric->fractional_precision > 40)) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMostBytes = 4096;
  constexpr std::size_t kCellBytes = 12;
  const std::string_view text(reinterpret_cast<const char*>(data), std::min(size, kMostBytes));
  auto parsed = Schema::Parse(text);
  if (!parsed.ok() || !IsSmall(parsed.value())) return 0;
  const auto schema = std::make_shared<const Schema>(std::move(parsed).value());
  Encoder one(schema, {});
  Encoder two = one.Clone();
  std::vector<std::string_view> cells(schema->features().size());
  std::vector<std::uint8_t> first(schema->row_bytes());
  std::vector<std::uint8_t> second(schema->row_bytes());
  for (std::size_t probe = 0; probe < 4; ++probe) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // From the end, where a mutation adds what is no JSON; and some cells that are often valid.
      constexpr std::string_view kLikely[] = {"", "12", "2001-02-03"};
      const std::size_t at = (i + 1) * (probe + 3) * 7 % text.size();
      cells[i] = probe < 3 && i % 2 == 0 ? kLikely[probe] : text.substr(at, kCellBytes);
    }
    const bool validate = probe % 2 == 0;
    const auto problem = one.Encode(cells, validate, first);
    const auto again = two.Encode(cells, validate, second);
    MUSUBI_CHECK(problem.has_value() == again.has_value());
    MUSUBI_CHECK(problem || first == second);
  }
  return 0;
}
