#include "storage/store_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/encoding_chunks.h"
#include "storage/event_rows.h"
#include "store_fixture.h"
#include "tests/crypto/identities.h"

namespace musubi::storage {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::EndsWith;
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
  EXPECT_EQ(Hex(kPolicyKey), "04");
  EXPECT_EQ(Hex(SummaryKey(7)), "000000000000000700");
  Proposal proposal;
  proposal.epoch = 7;
  proposal.id = 258;
  EXPECT_EQ(Hex(ProposalKey(proposal)), "0000000000000007010000000000000102");
  EXPECT_EQ(Hex(ReportKey(7)), "000000000000000702");
  EXPECT_EQ(Hex(DecisionKey({7, 258, {}, {}, {}, {}})), "0000000000000007030000000000000102");
  EXPECT_EQ(Hex(MoveKey({Filled<RecordRef>(0xaa), {}, 7})),
            "000000000000000704aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(Hex(ReleaseKey({258, 7, {}, {}, {}, {}})), "00000000000000070500000102");
}

TEST(StoreKeysTest, ValuesAreTheDocumentedBytes) {
  const Member member{Filled<RecordRef>(1), Filled<LinkageKey>(0xcc), 258, 7};
  EXPECT_EQ(Hex(EncodeMember(member)),
            "01cccccccccccccccccccccccccccccccc020100000700000000000000");
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
  info.manifest.planted = 5;
  EXPECT_EQ(Hex(EncodeDataset(info)),
            "0103616263030201000000000000"
            "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
            "0200010100000000000001000000000000000500000000000000");
  info.manifest.planted = 0;
  info.cleared.emplace().clearance.passed.emplace().fill(0x33);
  EXPECT_EQ(EncodeDataset(info).substr(1 + 4, 1), "\5");
  EXPECT_THAT(EncodeDataset(info),
              EndsWith("\0{\"outcome\":\"passed\",\"report\":\""s +
                       crypto::ToHex(*info.cleared->clearance.passed) + "\"}"));
  crypto::SecureBytes key(32);
  std::ranges::fill(key.mutable_bytes(), std::uint8_t{0xee});
  EXPECT_EQ(Hex(ProjectDecisionKey("p", 258)), "700000000102");
  EXPECT_EQ(Hex(EncodeProjectDecision("{}")), "017b7d");
  const crypto::SecureBytes project =
      EncodeProject({"p", 258, ProjectState::kClosed, {}, {"a", "b"}}, key);
  EXPECT_EQ(ToHex(project.bytes().data(), project.bytes().size()),
            "010201000000000000"
            "02"
            "02000000"
            "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
}

// Two keys, and of a project a reference.
Withdrawal SampleWithdrawal() {
  Withdrawal withdrawal;
  withdrawal.epoch = 7;
  withdrawal.request.id = Filled<WithdrawalId>(0xaa);
  withdrawal.request.holder = "abc";
  withdrawal.request.by = AskedBy::kProxy;
  withdrawal.request.made = 258;
  withdrawal.request.project = "p";
  withdrawal.digest.fill(0xdd);
  withdrawal.records = 1;
  withdrawal.persons = 2;
  withdrawal.keys = {Filled<LinkageKey>(0xbb), Filled<LinkageKey>(0xcc)};
  withdrawal.request.records = {Filled<RecordRef>(0xee)};
  return withdrawal;
}

TEST(StoreKeysTest, AWithdrawalIsTheDocumentedBytes) {
  const Withdrawal withdrawal = SampleWithdrawal();
  const std::string value = EncodeWithdrawal(withdrawal);
  EXPECT_EQ(Hex(WithdrawalKey(7)), "000000000000000706");
  EXPECT_EQ(Hex(value), "01" + Hex(std::string(16, '\xaa')) + "03616263" + "00" + "01" +
                            "0201000000000000" + "0170" + Hex(std::string(16, '\0')) +
                            Hex(std::string(32, '\xdd')) + "0100000000000000" + "0200000000000000" +
                            "02000000" + Hex(std::string(16, '\xbb')) +
                            Hex(std::string(16, '\xcc')) + "01000000" +
                            Hex(std::string(16, '\xee')));
  EXPECT_EQ(DecodeWithdrawal(WithdrawalKey(7), value).value(), withdrawal);
  EXPECT_FALSE(DecodeWithdrawal(SummaryKey(7), value).ok());
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(DecodeWithdrawal(WithdrawalKey(7), value.substr(0, size)).ok());
  }
  EXPECT_FALSE(DecodeWithdrawal(WithdrawalKey(7), value + '\0').ok());
}

TEST(StoreKeysTest, EventsAreTheDocumentedBytes) {
  EXPECT_EQ(Hex(EncodeSummary({7, EpochKind::kReview, 1, 2, 3, 4, 5, 6, 258, 8, 9, "4/5", "no"})),
            "0101"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "0500000000000000"
            "0600000000000000"
            "0201000000000000"
            "0800000000000000"
            "0900000000000000"
            "03342f35"
            "026e6f");
  Proposal proposal{3,
                    7,
                    ProposalReason::kTwin,
                    Filled<LinkageKey>(0xaa),
                    {},
                    false,
                    {Filled<RecordRef>(1)},
                    {Filled<RecordRef>(1), Filled<RecordRef>(2), 0x8F, 258},
                    {},
                    5,
                    6};
  EXPECT_EQ(Hex(EncodeProposal(proposal)),
            "0102" + Hex(std::string(16, '\xaa')) + Hex(std::string(16, '\0')) + "00" +
                Hex(std::string(16, '\1')) + Hex(std::string(16, '\2')) + "8f00000000000000" +
                "02010000" + Hex(std::string(44, '\0')) + "05000000" + "0600000000000000" +
                "01000000" + Hex(std::string(16, '\1')));
  EXPECT_EQ(Hex(EncodeDecision({7, 3, Verdict::kReject, true, "ann", "why"})),
            "0101"
            "01"
            "03616e6e"
            "03776879");
  EXPECT_EQ(Hex(EncodeMove({{}, Filled<LinkageKey>(0xbb), 7})),
            "01" + Hex(std::string(16, '\xbb')));
  EXPECT_EQ(Hex(EncodeRelease({1, 7, "p", 258, 2, "so"})),
            "01"
            "0170"
            "0201000000000000"
            "0200000000000000"
            "02736f");
  EXPECT_EQ(Hex(EncodePolicy({2, 0})), "010200");
  const crypto::Certificate& certificate = crypto::Alpha().certificate();
  const std::string pem = certificate.Pem();
  const std::string size = {static_cast<char>(pem.size() & 255U),
                            static_cast<char>(pem.size() >> 8)};
  EXPECT_EQ(Hex(EncodePolicy({1, 2, {certificate}})), "0101020100" + Hex(size + pem));
  EXPECT_EQ(Hex(EncodePackage(258)), "0102010000");
  EXPECT_EQ(Hex(PackageKey(Filled<PackageId>(0xaa))), "05" + Hex(std::string(16, '\xaa')));
}

TEST(StoreKeysTest, HeadIsTheDocumentedBytes) {
  StoreHead head{1, 2, 3, 4, 7, 8, 5, 6, 9, {}, {}, {}};
  head.previous.fill(0x70);
  head.digest.fill(0x80);
  head.state.fill(0x90);
  EXPECT_EQ(Hex(EncodeHead(head)),
            "01"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "0700000000000000"
            "0800000000000000"
            "05000000"
            "06000000"
            "09000000"
            "7070707070707070707070707070707070707070707070707070707070707070"
            "8080808080808080808080808080808080808080808080808080808080808080"
            "9090909090909090909090909090909090909090909090909090909090909090");
  EXPECT_EQ(DecodeHead(EncodeHead(head)).value(), head);
}

TEST(StoreKeysTest, LogIsTheDocumentedBytes) {
  LogChain log;
  for (int i = 0; i < 3; ++i) log.tree.Append(crypto::Digest256{});
  log.last.fill(0x70);
  const std::vector<crypto::Digest256>& peaks = log.tree.peaks();
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_EQ(Hex(EncodeLog(log)),
            "01"
            "0300000000000000" +
                Hex(std::string(32, '\x70')) + crypto::ToHex(peaks[0]) + crypto::ToHex(peaks[1]));
  EXPECT_EQ(DecodeLog(EncodeLog(log)).value(), log);
  EXPECT_EQ(Hex(LogKey(258)), "0000000000000102");
  EXPECT_EQ(EncodeLogLine("{}"), "\x01{}");
  EXPECT_EQ(DecodeLogLine("\x01{}").value(), "{}");
  EXPECT_EQ(CodeOf(DecodeLogLine("\x01")), static_cast<int>(ErrorCode::kInternal));
  EXPECT_EQ(CodeOf(DecodeLog(EncodeLog(log) + "x")), static_cast<int>(ErrorCode::kInternal));
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
  EXPECT_LT(SummaryKey(255), SummaryKey(256));
  Proposal proposal;
  proposal.epoch = 1;
  EXPECT_LT(SummaryKey(1), ProposalKey(proposal));
  proposal.id = UINT64_MAX;
  EXPECT_LT(ProposalKey(proposal), ReportKey(1));
  EXPECT_LT(MoveKey({Filled<RecordRef>(0xff), {}, 1}), SummaryKey(2));
}

TEST(StoreKeysTest, RowsReadBackAsTheyWereWritten) {
  const Member member{Filled<RecordRef>(1), Filled<LinkageKey>(2), UINT32_MAX, UINT64_MAX};
  const Member read_member = DecodeMember(IdBytes(member.ref), EncodeMember(member)).value();
  EXPECT_EQ(read_member.ref, member.ref);
  EXPECT_EQ(read_member.key, member.key);
  EXPECT_EQ(read_member.dataset, member.dataset);
  EXPECT_EQ(read_member.epoch, member.epoch);
  const Proposal proposal{UINT64_MAX,
                          9,
                          ProposalReason::kWeak,
                          Filled<LinkageKey>(1),
                          Filled<LinkageKey>(2),
                          true,
                          {Filled<RecordRef>(3), Filled<RecordRef>(4)},
                          {Filled<RecordRef>(3), Filled<RecordRef>(5), UINT64_MAX, UINT32_MAX},
                          {Filled<RecordRef>(4), Filled<RecordRef>(6), 1, 2},
                          UINT32_MAX,
                          UINT64_MAX};
  EXPECT_EQ(DecodeProposal(ProposalKey(proposal), EncodeProposal(proposal)).value(), proposal);
  const Decision decision{9, 4, Verdict::kWithdraw, true, "", std::string(255, 'x')};
  EXPECT_EQ(DecodeDecision(DecisionKey(decision), EncodeDecision(decision)).value(), decision);
  const Move move{Filled<RecordRef>(3), Filled<LinkageKey>(4), 9};
  EXPECT_EQ(DecodeMove(MoveKey(move), EncodeMove(move)).value(), move);
  const ReleaseInfo release{UINT32_MAX, 9, "p", 1, UINT64_MAX, "why"};
  EXPECT_EQ(DecodeRelease(ReleaseKey(release), EncodeRelease(release)).value(), release);
  const EpochSummary summary{9, EpochKind::kReview, 1, 2, 3, 4, 5, 6, 7, 8, 9, "1/2", "hold"};
  EXPECT_EQ(DecodeSummary(SummaryKey(9), EncodeSummary(summary)).value(), summary);
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
  const std::string project(1 + 8 + 1 + 4 + 32, '\1');
  ExpectOnlyWholeValues(EncodeFingerprint({}), DecodeFingerprint);
  ExpectOnlyWholeValues(EncodeKeyCheck({}), DecodeKeyCheck);
  ExpectOnlyWholeValues(EncodeHead({}), DecodeHead);
  ExpectOnlyWholeValues(EncodeMember({}),
                        [&](const std::string& v) { return DecodeMember(ref, v); });
  ExpectOnlyWholeValues(EncodeDataset({1, {}, {}, {3, 4}}),
                        [](const std::string& v) { return DecodeDataset(DatasetKey(1), v); });
  DatasetInfo with_copies{1, {}, {}, {3, 4}};
  with_copies.manifest.planted = 9;
  ExpectOnlyWholeValues(EncodeDataset(with_copies),
                        [](const std::string& v) { return DecodeDataset(DatasetKey(1), v); });
  with_copies.cleared.emplace().clearance.passed.emplace();
  with_copies.cleared->signers = {"a", "b"};
  ExpectOnlyWholeValues(EncodeDataset(with_copies),
                        [](const std::string& v) { return DecodeDataset(DatasetKey(1), v); });
  ExpectOnlyWholeValues(EncodePolicy({}), DecodePolicy);
  ExpectOnlyWholeValues(EncodePackage(7), DecodePackage);
  ExpectOnlyWholeValues(EncodeSummary({}),
                        [](const std::string& v) { return DecodeSummary(SummaryKey(1), v); });
  Proposal proposal;
  proposal.records.resize(2);
  ExpectOnlyWholeValues(EncodeProposal(proposal), [&](const std::string& v) {
    return DecodeProposal(ProposalKey(proposal), v);
  });
  ExpectOnlyWholeValues(EncodeDecision({}),
                        [](const std::string& v) { return DecodeDecision(DecisionKey({}), v); });
  ExpectOnlyWholeValues(EncodeMove({}),
                        [](const std::string& v) { return DecodeMove(MoveKey({}), v); });
  ExpectOnlyWholeValues(EncodeRelease({}),
                        [](const std::string& v) { return DecodeRelease(ReleaseKey({}), v); });
  ExpectOnlyWholeValues(project, [](const std::string& v) { return DecodeProject("p", v); });
  ExpectOnlyWholeValues(project, [](const std::string& v) { return DecodeProjectKey(v); });
}

// The value without its list is a policy too, of a store that trusts no one; all between is none.
TEST(StoreKeysTest, TrustedCertificatesComeBackWhole) {
  const StorePolicy policy{2, 1, {crypto::Alpha().certificate(), crypto::Beta().certificate()}};
  const std::string value = EncodePolicy(policy);
  const auto decoded = DecodePolicy(value);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.value().decisions, 2);
  EXPECT_EQ(decoded.value().approvals, 1);
  EXPECT_EQ(decoded.value().trusted, policy.trusted);
  for (std::size_t size = 4; size < value.size(); ++size) {
    EXPECT_FALSE(DecodePolicy(value.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodePolicy(value + "x").ok());
  EXPECT_FALSE(DecodePolicy("\1\1\1\0\0"s).ok());  // an empty list is written as none
  EXPECT_FALSE(DecodePackage("\1\0\0\0\0"s).ok());
}

TEST(StoreKeysTest, KeysOfAnotherShapeAreRefused) {
  constexpr int kWrong = static_cast<int>(ErrorCode::kInternal);
  EXPECT_EQ(CodeOf(DecodeMember("short", EncodeMember({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeDataset("\0\0\1"s, EncodeDataset({}))), kWrong);
  std::string no_copies = EncodeDataset({1, {}, {}, {}});
  no_copies[2] = 2;  // copies, of which there are none
  EXPECT_EQ(CodeOf(DecodeDataset(DatasetKey(1), no_copies + std::string(8, '\0'))), kWrong);
  EXPECT_EQ(CodeOf(DecodeDataset(DatasetKey(1), no_copies + std::string(8, '\1'))), 0);
  EXPECT_EQ(CodeOf(DecodeSummary(SummaryKey(1) + "x", EncodeSummary({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeSummary(ReportKey(1), EncodeSummary({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodeDecision(ProposalKey({}), EncodeDecision({}))), kWrong);
  EXPECT_EQ(CodeOf(DecodePolicy("\1\0\1"s)), kWrong);
  EXPECT_EQ(CodeOf(DecodePolicy("\1\3\1"s)), kWrong);
  EXPECT_EQ(CodeOf(DecodePolicy("\1\1\3"s)), kWrong);
  std::string project(46, '\1');
  EXPECT_EQ(CodeOf(DecodeProject("No name", project)), kWrong);
  EXPECT_EQ(CodeOf(DecodeProject("name", project)), 0);
  project[9] = 3;  // no state that is kept
  EXPECT_EQ(CodeOf(DecodeProject("name", project)), kWrong);
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
