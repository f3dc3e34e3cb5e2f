#include "storage/clks_dataset.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <vector>

#include "core/check.h"
#include "crypto/sha256.h"
#include "storage/clks_file.h"

namespace musubi::storage {
namespace {

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Bit 0 of a CLK is the highest of its first byte.
void SetRow(std::span<const std::uint8_t> clk, std::size_t row, FilterColumn* filter) {
  for (std::size_t bit = 0; bit < filter->bits.bits(); ++bit) {
    if ((clk[bit / 8] >> (7 - bit % 8) & 1) != 0) filter->bits.Set(row, bit);
  }
  filter->popcounts[row] = filter->bits.Popcount(row);
  filter->present[row] = filter->popcounts[row] == 0 ? 0 : 1;
}

EncodingSet RecordsOf(const Clks& clks, const std::string& holder, const Contract& contract) {
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  set.Resize(clks.rows());
  for (std::size_t row = 0; row < clks.rows(); ++row) {
    set.refs[row] = ClksReference(holder, row + 1);
    SetRow(clks.Row(row), row, &set.filters.front());
  }
  std::vector<std::uint32_t> order(set.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t row) { return set.refs[row]; });
  set.Reorder(order);
  return set;
}

crypto::Digest256 DigestOf(const EncodingManifest& manifest, const Clks& clks) {
  crypto::Sha256Stream digest;
  digest.Update(BytesOf(manifest.holder));
  digest.Update(manifest.contract);
  digest.Update(clks.bytes);
  return digest.Finish();
}

}  // namespace

RecordRef ClksReference(std::string_view holder, std::uint64_t row) {
  std::string text = "musubi clks reference 1";
  text += '\0';
  text += holder;
  text += '\0';
  text += std::to_string(row);
  const crypto::Digest256 digest = crypto::Sha256(BytesOf(text));
  RecordRef ref;
  std::copy_n(digest.begin(), ref.bytes.size(), ref.bytes.begin());
  return ref;
}

bool LooksLikeClks(const std::filesystem::path& file) {
  std::FILE* const input = std::fopen(file.c_str(), "rb");
  if (input == nullptr) return false;
  int first = std::fgetc(input);
  while (first == ' ' || first == '\t' || first == '\n' || first == '\r') first = std::fgetc(input);
  std::fclose(input);
  return first == '{';
}

Result<EncodingFile> ReadClksDataset(const std::filesystem::path& file, const std::string& holder,
                                     bool declares_duplicates, const Contract& contract,
                                     const std::atomic<bool>* stop) {
  MUSUBI_CHECK(contract.profile() == Profile::kClkhash && IsHolderName(holder));
  const std::uint32_t bits = contract.filter_bits().front();
  MUSUBI_ASSIGN_OR_RETURN(const Clks clks, ReadClksJson(file, bits, stop));
  if (clks.rows() == 0) return Error{ErrorCode::kBadData, file.string() + ": holds no CLK"};
  EncodingFile encoding;
  encoding.manifest.holder = holder;
  encoding.manifest.declares_duplicates = declares_duplicates;
  encoding.manifest.contract = crypto::FingerprintOf(contract);
  encoding.manifest.records = clks.rows();
  encoding.digest = DigestOf(encoding.manifest, clks);
  encoding.records = RecordsOf(clks, holder, contract);
  return encoding;
}

}  // namespace musubi::storage
