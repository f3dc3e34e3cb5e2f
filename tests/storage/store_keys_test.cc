#include "storage/store_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/encoding_chunks.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string Hex(std::string_view bytes) {
  return ToHex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

template <typename Id>
Id Filled(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

// The bytes of docs/formats/store.md, "Example rows". They never change.
TEST(StoreKeysTest, KeysAreTheDocumentedBytes) {
  EXPECT_EQ(Hex(kContractKey), "01");
  EXPECT_EQ(Hex(kHeadKey), "02");
  EXPECT_EQ(Hex(kKeyCheckKey), "03");
  EXPECT_EQ(Hex(DatasetKey(258)), "00000102");
  EXPECT_EQ(Hex(ChunkKey(258, 3, 4)), "00000102000300000004");
  EXPECT_EQ(Hex(EpochKey(7)), "000000000000000700");
  const MergeProposal proposal{Filled<LinkageKey>(0xaa), Filled<LinkageKey>(0xbb), 5};
  EXPECT_EQ(Hex(ProposalKey(7, proposal)),
            "000000000000000701"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
}

TEST(StoreKeysTest, ValuesAreTheDocumentedBytes) {
  const Member member{Filled<RecordRef>(1), Filled<LinkageKey>(0xcc), 258, 7};
  EXPECT_EQ(Hex(EncodeMember(member)),
            "01cccccccccccccccccccccccccccccccc020100000700000000000000");
  EXPECT_EQ(Hex(EncodeProposal({{}, {}, 800'000})), "0100350c00");
  DatasetInfo info;
  info.manifest.holder = "abc";
  info.manifest.declares_duplicates = true;
  info.manifest.records = 258;
  info.digest.fill(0xdd);
  info.present = {257, 1};
  EXPECT_EQ(Hex(EncodeDataset(info)),
            "0103616263010201000000000000"
            "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
            "020001010000000000000100000000000000");
  EXPECT_EQ(Hex(EncodeEpoch({7, 1, 2, 3, 4, 5, 6, 258, "4/5"})),
            "01"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "0500000000000000"
            "0600000000000000"
            "0201000000000000"
            "03342f35");
  crypto::SecureBytes key(32);
  std::ranges::fill(key.mutable_bytes(), std::uint8_t{0xee});
  const crypto::SecureBytes project = EncodeProject({"p", 258}, key);
  EXPECT_EQ(ToHex(project.bytes().data(), project.bytes().size()),
            "010201000000000000"
            "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
}

TEST(StoreKeysTest, HeadIsTheDocumentedBytes) {
  StoreHead head{1, 2, 3, 4, 5, 6, {}, {}};
  head.previous.fill(0x70);
  head.digest.fill(0x80);
  EXPECT_EQ(Hex(EncodeHead(head)),
            "01"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "05000000"
            "06000000"
            "7070707070707070707070707070707070707070707070707070707070707070"
            "8080808080808080808080808080808080808080808080808080808080808080");
  EXPECT_EQ(DecodeHead(EncodeHead(head)).value(), head);
}

// Scans rely on it: bytes sort as the numbers do.
TEST(StoreKeysTest, KeysSortAsTheirNumbers) {
  const std::vector<std::uint32_t> numbers = {0, 1, 255, 256, 65535, 65536, 1U << 24, UINT32_MAX};
  std::vector<std::string> keys;
  for (const std::uint32_t dataset : numbers) {
    for (const std::uint16_t column : std::vector<std::uint16_t>{0, 1, 255, 256}) {
      for (const std::uint32_t chunk : numbers) keys.push_back(ChunkKey(dataset, column, chunk));
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_LT(EpochKey(255), EpochKey(256));
  EXPECT_LT(EpochKey(1), ProposalKey(1, {}));
  EXPECT_LT(ProposalKey(1, {Filled<LinkageKey>(0xff), Filled<LinkageKey>(0xff), 0}), EpochKey(2));
}

TEST(StoreKeysTest, RowsReadBackAsTheyWereWritten) {
  const Member member{Filled<RecordRef>(1), Filled<LinkageKey>(2), UINT32_MAX, UINT64_MAX};
  const Member read_member = DecodeMember(IdBytes(member.ref), EncodeMember(member)).value();
  EXPECT_EQ(read_member.ref, member.ref);
  EXPECT_EQ(read_member.key, member.key);
  EXPECT_EQ(read_member.dataset, member.dataset);
  EXPECT_EQ(read_member.epoch, member.epoch);
  const MergeProposal proposal{Filled<LinkageKey>(1), Filled<LinkageKey>(2), UINT32_MAX};
  const Event event = DecodeEvent(ProposalKey(9, proposal), EncodeProposal(proposal)).value();
  EXPECT_EQ(event.proposal, proposal);
  EXPECT_FALSE(event.epoch.has_value());
  crypto::SecureBytes key(32);
  key.mutable_bytes()[31] = 9;
  const crypto::SecureBytes value = EncodeProject({"p-1", 12}, key);
  const std::string bytes(value.bytes().begin(), value.bytes().end());
  EXPECT_EQ(DecodeProject("p-1", bytes).value().added_at_epoch, 12U);
  EXPECT_TRUE(std::ranges::equal(DecodeProjectKey(bytes).value().bytes(), key.bytes()));
}

// Cuts, lengthens and changes the version of a value that `decode` reads.
template <typename Decode>
void ExpectOnlyWholeValues(const std::string& value, Decode decode) {
  ASSERT_EQ(CodeOf(decode(value)), 0);
  constexpr int kWrong = static_cast<int>(ErrorCode::kInternal);
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_EQ(CodeOf(decode(value.substr(0, size))), kWrong) << size;
  }
  EXPECT_EQ(CodeOf(decode(value + "x")), kWrong);
  std::string other = value;
  other[0] = 2;
  EXPECT_EQ(CodeOf(decode(other)), kWrong);
}

TEST(StoreKeysTest, ValuesOfAnotherLengthOrVersionAreRefused) {
  const std::string ref(16, 'r');
  const std::string project(1 + 8 + 32, '\1');
  ExpectOnlyWholeValues(EncodeFingerprint({}), DecodeFingerprint);
  ExpectOnlyWholeValues(EncodeKeyCheck({}), DecodeKeyCheck);
  ExpectOnlyWholeValues(EncodeHead({}), DecodeHead);
  ExpectOnlyWholeValues(EncodeMember({}),
                        [&](const std::string& v) { return DecodeMember(ref, v); });
  ExpectOnlyWholeValues(EncodeDataset({1, {}, {}, {3, 4}}),
                        [](const std::string& v) { return DecodeDataset(DatasetKey(1), v); });
  ExpectOnlyWholeValues(EncodeEpoch({}),
                        [](const std::string& v) { return DecodeEvent(EpochKey(1), v); });
  ExpectOnlyWholeValues(EncodeProposal({}),
                        [](const std::string& v) { return DecodeEvent(ProposalKey(1, {}), v); });
  ExpectOnlyWholeValues(project, [](const std::string& v) { return DecodeProject("p", v); });
  ExpectOnlyWholeValues(project, [](const std::string& v) { return DecodeProjectKey(v); });
}

TEST(StoreKeysTest, KeysOfAnotherShapeAreRefused) {
  constexpr int kWrong = static_cast<int>(ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(DecodeMember("short", EncodeMember({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeDataset("\0\0\1"s, EncodeDataset({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeEvent(EpochKey(1) + "x", EncodeEpoch({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeEvent("\0\0\0\0\0\0\0\1\2"s, EncodeEpoch({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeProject("No name", std::string(41, '\1'))), kWrong);
}

TEST(EncodingChunksTest, ChunksAreWalkedInTheOrderOfTheirKeys) {
  std::vector<std::pair<int, int>> places;
  for (ChunkWalk walk(2, kChunkRecords + 1); !walk.done(); walk.Next()) {
    places.emplace_back(walk.place().column, walk.place().chunk);
  }
  EXPECT_THAT(places,
              ElementsAre(std::pair(0, 0), std::pair(0, 1), std::pair(1, 0), std::pair(1, 1)));
  EXPECT_TRUE(ChunkWalk(2, 0).done());
}

TEST(EncodingChunksTest, ChunksAreTheDocumentedBytes) {
  EncodingSet set = MakeEncodingSet({64}, 1);
  set.Resize(2);
  set.refs = {Filled<RecordRef>(1), Filled<RecordRef>(2)};
  set.filters[0].present = {1, 0};
  set.filters[0].bits.Set(0, 0);
  set.filters[0].bits.Set(0, 63);
  set.tokens[0] = {Filled<BlockToken>(3), {}};
  EXPECT_EQ(Hex(EncodeChunk(set, 0, {0, 0})),
            "01" + Hex(std::string(16, '\1')) + Hex(std::string(16, '\2')));
  EXPECT_EQ(Hex(EncodeChunk(set, 0, {1, 0})),
            "01"
            "0100"
            "0100000000000080"
            "0000000000000000");
  EXPECT_EQ(Hex(EncodeChunk(set, 0, {2, 0})),
            "01" + Hex(std::string(16, '\3')) + Hex(std::string(16, '\0')));
}

TEST(EncodingChunksTest, ChunksOfAnotherLengthOrVersionAreRefused) {
  const EncodingFile file = RandomFile(SmallContract(), "h", 3, 1);
  for (std::uint16_t column = 0; column < ColumnCount(file.records); ++column) {
    EncodingSet set = file.records;
    ExpectOnlyWholeValues(EncodeChunk(set, 0, {column, 0}), [&](const std::string& value) {
      return DecodeChunk(value, {column, 0}, 0, &set);
    });
  }
}

}  // namespace
}  // namespace musubi::storage
