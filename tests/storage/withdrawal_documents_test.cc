// Requests and receipts: their one form, and the list of suppressed ids.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/suppressed_ids.h"
#include "storage/withdrawal.h"
#include "storage/withdrawal_receipt.h"
#include "tests/crypto/identities.h"
#include "tests/storage/file_samples.h"

namespace musubi::storage {
namespace {

using testing::HasSubstr;

template <typename Id>
Id Filled(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

WithdrawalRequest Sample() {
  WithdrawalRequest request;
  request.id = Filled<WithdrawalId>(0x77);
  request.holder = "clinic";
  request.made = crypto::kNoon;
  request.records = {Filled<RecordRef>(1), Filled<RecordRef>(2)};
  return request;
}

WithdrawalRequest Reinstatement() {
  WithdrawalRequest request = Sample();
  request.action = WithdrawalAction::kReinstate;
  request.records.clear();
  request.reinstates = Filled<WithdrawalId>(0x66);
  return request;
}

TEST(WithdrawalDocumentTest, HasTheDocumentedForm) {
  EXPECT_EQ(WithdrawalText(Sample()),
            R"({"action":"withdraw","asked_by":"patient","format":"musubi-withdrawal",)"
            R"("holder":"clinic","made":"2026-11-30T12:00:00Z","records":[)"
            R"("01010101010101010101010101010101","02020202020202020202020202020202"],)"
            R"("scope":"all","version":1,"withdrawal":"77777777777777777777777777777777"})");
}

TEST(WithdrawalDocumentTest, ReadsBackWhatItWrites) {
  WithdrawalRequest of_project = Sample();
  of_project.project = "stroke";
  of_project.by = AskedBy::kProxy;
  for (const WithdrawalRequest& request : {Sample(), of_project, Reinstatement()}) {
    const auto read = ParseWithdrawal(WithdrawalText(request));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value(), request);
  }
}

TEST(WithdrawalDocumentTest, ReadsNoOtherForm) {
  const auto changed = [](const std::string& from, const std::string& to,
                          const WithdrawalRequest& request) {
    std::string text = WithdrawalText(request);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::string> texts = {
      "",
      "[]",
      "{}",
      WithdrawalText(Sample()) + "\n",
      " " + WithdrawalText(Sample()),
      changed("\"all\"", "\"some\"", Sample()),
      changed("\"all\"", "\"project\"", Sample()),
      changed("patient", "nobody", Sample()),
      changed("withdraw\"", "erase\"", Sample()),
      changed("clinic", "Clinic", Sample()),
      changed("12:00:00Z", "12:00:60Z", Sample()),
      changed("0101", "0303", Sample()),
      changed("77777777777777777777777777777777", "00000000000000000000000000000000", Sample()),
      changed("66666666666666666666666666666666", "00000000000000000000000000000000",
              Reinstatement()),
      changed(":1,", ":2,", Sample()),
      changed("\"version\"", "\"more\":1,\"version\"", Reinstatement())};
  for (const std::string& text : texts) {
    const auto read = ParseWithdrawal(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kBadData);
  }
}

WithdrawalReceipt SampleReceipt() {
  WithdrawalReceipt receipt;
  receipt.id = Filled<WithdrawalId>(0x77);
  receipt.holder = "clinic";
  receipt.erased = 2;
  receipt.persons = 1;
  receipt.epoch = 3;
  receipt.commit = 8;
  receipt.entry = 9;
  receipt.time = crypto::kNoon;
  receipt.log_entries = 9;
  receipt.unit = crypto::Unit().certificate().fingerprint();
  return receipt;
}

TEST(WithdrawalReceiptTest, IsReadOfItsUnitAlone) {
  const std::string text = SignedReceipt(SampleReceipt(), crypto::Unit()).value();
  const std::vector<crypto::Certificate> units = {crypto::Unit().certificate()};
  const auto read = ReadReceipt(text, "r", units);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value(), SampleReceipt());
  const std::vector<crypto::Certificate> others = {crypto::Alpha().certificate()};
  EXPECT_EQ(ReadReceipt(text, "r", others).error().code, ErrorCode::kRefused);
  WithdrawalReceipt of_alpha = SampleReceipt();
  of_alpha.unit = others.front().fingerprint();
  const auto no_unit = ReadReceipt(SignedReceipt(of_alpha, crypto::Alpha()).value(), "r", others);
  ASSERT_FALSE(no_unit.ok());
  EXPECT_THAT(no_unit.error().message, HasSubstr("a holder signed it"));
  std::string changed = text;
  changed.replace(changed.find("\"erased\":2"), 10, "\"erased\":3");
  EXPECT_EQ(ReadReceipt(changed, "r", units).error().code, ErrorCode::kRefused);
}

TEST(SuppressedIdsTest, AreKeptByWithdrawal) {
  const ScratchFolder scratch;
  SuppressedIds ids;
  ids.Add("2,a", Filled<WithdrawalId>(1));
  ids.Add("1", Filled<WithdrawalId>(2));
  ids.Add("1", Filled<WithdrawalId>(1));
  AtomicFile file = AtomicFile::Create(scratch / "s.csv", Overwrite::kRefuse, 0600).value();
  ASSERT_TRUE(ids.Write(&file).ok() && file.Commit().ok());
  EXPECT_EQ(ReadWhole(scratch / "s.csv"),
            "local_id,withdrawal\n1,01010101010101010101010101010101\n"
            "1,02020202020202020202020202020202\n"
            "\"2,a\",01010101010101010101010101010101\n");
  SuppressedIds read = SuppressedIds::Load(scratch / "s.csv").value();
  EXPECT_TRUE(read.Contains("2,a") && read.Contains("1") && !read.Contains("2"));
  EXPECT_EQ(read.size(), 2U);
  EXPECT_EQ(read.Remove(Filled<WithdrawalId>(1)), 2U);
  EXPECT_FALSE(read.Contains("2,a"));
  EXPECT_TRUE(read.Contains("1")) << "another withdrawal names it";
  EXPECT_EQ(read.Remove(Filled<WithdrawalId>(1)), 0U);
  EXPECT_EQ(read.Remove(Filled<WithdrawalId>(2)), 1U);
  EXPECT_EQ(read.size(), 0U);
}

TEST(SuppressedIdsTest, NameTheRowAndNoId) {
  const ScratchFolder scratch;
  const std::string name = std::string(32, '1');
  WriteWhole(scratch / "s.csv", "local_id,withdrawal\nme," + name + "\nme," + name + "\n");
  const auto twice = SuppressedIds::Load(scratch / "s.csv");
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().message, HasSubstr("row 3, column local_id"));
  WriteWhole(scratch / "s.csv", "local_id,withdrawal\nme,1\n");
  EXPECT_EQ(SuppressedIds::Load(scratch / "s.csv").error().code, ErrorCode::kBadData);
}

}  // namespace
}  // namespace musubi::storage
