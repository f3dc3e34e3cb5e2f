// The encoder of a batch takes nothing from the heap for records whose cells it has met.
#include "engine/encode/batch_encoder.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "tests/identity/allocation_counter.h"

namespace musubi::engine {
namespace {

using identity::Allocations;
using identity::Charset;

constexpr std::size_t kRows = 1024;

class BatchEncoderTest : public testing::Test {
 protected:
  BatchEncoderTest() : contract_(Contract::Parse(ContractTemplate("japan-hospital")).value()) {
    plan_.id = 0;
    plan_.names = {"id"};
    for (const Field& field : contract_.fields()) {
      plan_.fields.push_back({plan_.names.size()});
      plan_.names.push_back(field.name);
    }
  }

  BatchEncoder MakeEncoder(Charset charset) const {
    crypto::SystemRandom random;
    const auto secret = crypto::LinkageSecret::Generate(random).value();
    return BatchEncoder({contract_, plan_, charset, bloom::DeriveEncodingKeys(secret, contract_)});
  }

  EncodeBatch EmptyBatch() const { return MakeEncodeBatch(contract_, kRows); }

  // Row `row` of a batch: people who differ, some of whom lack this and that.
  static std::vector<std::string> CellsOf(std::size_t row, const std::string& id) {
    const std::string number = std::to_string(1000 + row % 900);
    return {id + number,
            row % 11 == 0 ? "" : "ヤマダ　タロウ" + std::string(row % 5, 'A'),
            row % 13 == 0 ? "●橋　太郎" : "髙橋　太郎",
            row % 17 == 0 ? "9999999" : "昭和46年10月" + std::to_string(1 + row % 28) + "日",
            row % 2 == 0 ? "男" : "F",
            "〒100-0" + number.substr(1),
            "+81 3-1234-" + number,
            "東京都千代田区霞が関" + number + "番地",
            "東京都千代田区霞が関" + number + "番地"};
  }

  static void Fill(EncodeBatch* batch, std::size_t row, const std::vector<std::string>& cells) {
    batch->rows[row].Clear(row + 2);
    for (const std::string& cell : cells) batch->rows[row].Add(cell);
    batch->used = row + 1;
  }

  static constexpr std::size_t kEncodings = 3;

  // What encoding the batch takes from the heap when it has been encoded twice before.
  static long AllocationsOf(BatchEncoder* encoder, EncodeBatch* batch) {
    for (std::size_t i = 1; i < kEncodings; ++i) encoder->Encode(batch);
    const long before = Allocations();
    encoder->Encode(batch);
    return Allocations() - before;
  }

  // How many rows that the encoder accepted had a first field.
  std::uint64_t PresentNames(const BatchEncoder& encoder) const {
    std::vector<FieldCounts> counts(contract_.fields().size());
    encoder.AddTo(&counts);
    return counts[0].Profile().present;
  }

  Contract contract_;
  ColumnPlan plan_;
};

TEST_F(BatchEncoderTest, KnownCellsUseNoHeap) {
  BatchEncoder encoder = MakeEncoder(Charset::kUtf8);
  EncodeBatch batch = EmptyBatch();
  for (std::size_t row = 0; row < kRows; ++row) Fill(&batch, row, CellsOf(row, "H"));
  EXPECT_EQ(AllocationsOf(&encoder, &batch), 0);
  EXPECT_EQ(batch.ids.size(), kRows);
  EXPECT_TRUE(batch.rejects.empty());
}

TEST_F(BatchEncoderTest, KnownCellsOfCp932UseNoHeap) {
  BatchEncoder encoder = MakeEncoder(Charset::kCp932);
  EncodeBatch batch = EmptyBatch();
  for (std::size_t row = 0; row < kRows; ++row) {
    // ﾔﾏﾀﾞ and 高橋
    Fill(&batch, row,
         {"H" + std::to_string(row), "\xD4\xCF\xC0\xDE", "\x8D\x82\x8B\xB4", "3461001", "1",
          "1000001", "", "", ""});
  }
  EXPECT_EQ(AllocationsOf(&encoder, &batch), 0);
  EXPECT_EQ(batch.ids.size(), kRows);
}

// A value that comes again is pointed to; one that is too long to be remembered is the batch's own.
TEST_F(BatchEncoderTest, EqualValuesShareTheirFilters) {
  BatchEncoder encoder = MakeEncoder(Charset::kUtf8);
  EncodeBatch batch = EmptyBatch();
  const std::string long_name(CellCache::kLongestCell + 1, 'A');
  for (std::size_t row = 0; row < 4; ++row) {
    std::vector<std::string> cells = CellsOf(1, std::to_string(row));
    if (row >= 2) cells[1] = long_name;
    Fill(&batch, row, cells);
  }
  encoder.Encode(&batch);
  ASSERT_EQ(batch.ids.size(), 4U);
  const BatchFilter& filter = batch.filters[0];
  const auto words_of = [&filter](std::size_t row) {
    const std::span<const std::uint64_t> words(filter.words[row], filter.made.stride_words());
    return std::vector<std::uint64_t>(words.begin(), words.end());
  };
  ASSERT_NE(filter.words[0], nullptr);
  EXPECT_EQ(filter.words[0], filter.words[1]);
  EXPECT_EQ(filter.words[2], filter.made.row(2).data());
  EXPECT_EQ(filter.words[3], filter.made.row(3).data());
  EXPECT_EQ(words_of(2), words_of(3));
  EXPECT_NE(words_of(1), words_of(2));
}

// A profile has no keys and makes no rows.
TEST_F(BatchEncoderTest, AProfileUsesNoHeap) {
  ColumnPlan plan = plan_;
  plan.id.reset();
  BatchEncoder encoder({contract_, plan, Charset::kUtf8, std::nullopt});
  EncodeBatch batch = EmptyBatch();
  for (std::size_t row = 0; row < kRows; ++row) Fill(&batch, row, CellsOf(row, "H"));
  EXPECT_EQ(AllocationsOf(&encoder, &batch), 0);
  EXPECT_EQ(PresentNames(encoder), kEncodings * (kRows - (kRows + 10) / 11));
}

// Long ids too lie in one buffer.
TEST_F(BatchEncoderTest, LongIdsUseNoHeapEither) {
  BatchEncoder encoder = MakeEncoder(Charset::kUtf8);
  EncodeBatch batch = EmptyBatch();
  for (std::size_t row = 0; row < kRows; ++row) {
    Fill(&batch, row, CellsOf(row, "0f8fad5b-d9cb-469f-a165-70867728950e"));
  }
  EXPECT_EQ(AllocationsOf(&encoder, &batch), 0);
}

// A name in kana that stands in the kanji column is made anew for the kana field each time.
TEST_F(BatchEncoderTest, MovedKanaUsesNoHeap) {
  BatchEncoder encoder = MakeEncoder(Charset::kUtf8);
  EncodeBatch batch = EmptyBatch();
  for (std::size_t row = 0; row < kRows; ++row) {
    std::vector<std::string> cells = CellsOf(row, "H");
    cells[1].clear();
    cells[2] = "ヤマダ　タロウ";
    Fill(&batch, row, cells);
  }
  EXPECT_EQ(AllocationsOf(&encoder, &batch), 0);
  EXPECT_EQ(PresentNames(encoder), kEncodings * kRows);
}

}  // namespace
}  // namespace musubi::engine
