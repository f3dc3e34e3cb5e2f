// Linkage keys over several runs: given once, never changed silently.
#include <gmock/gmock.h>

#include <map>

#include "core/contract_validation.h"
#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

constexpr std::string_view kHeader = "id,given_name,surname,birth_date,sex,postcode\n";
constexpr std::string_view kAnna = "1,Annabella,Abelmann,1970-01-31,F,12345\n";
constexpr std::string_view kBert = "2,Bertram,Bauermeister,1955-07-08,M,54321\n";

std::string Csv(std::string_view a, std::string_view b = "") {
  return std::string(kHeader) + std::string(a) + std::string(b);
}

std::map<RecordRef, LinkageKey> KeysOf(MainJob* job) {
  std::map<RecordRef, LinkageKey> keys;
  for (const auto& member : job->store().Members().value()) keys[member.ref] = member.key;
  return keys;
}

TEST(KeysStayTest, ASecondRunKeepsEveryKeyAndAttachesNewRecords) {
  MainJob job(WesternByMean(), 1, 5);
  job.Encode("a", Csv(kAnna, kBert));
  job.Encode("b", Csv(kAnna));
  job.Import("a");
  EXPECT_EQ(job.Link().summary.keys_minted, 2U);
  const auto before = KeysOf(&job);
  job.Import("b");
  const auto second = job.Link();
  EXPECT_EQ(second.summary.epoch, 2U);
  EXPECT_EQ(second.summary.attached, 1U);
  EXPECT_EQ(second.summary.keys_minted, 0U);
  const auto after = KeysOf(&job);
  EXPECT_EQ(after.size(), 3U);
  for (const auto& [ref, key] : before) EXPECT_EQ(after.at(ref), key);
}

TEST(KeysStayTest, ARunWithoutNewRecordsChangesNoKey) {
  MainJob job(WesternByMean(), 1, 5);
  job.Encode("a", Csv(kAnna, kBert));
  job.Import("a");
  job.Link();
  const auto before = KeysOf(&job);
  const auto again = job.Link();
  EXPECT_EQ(again.summary.new_records, 0U);
  EXPECT_EQ(again.summary.proposals, 0U);
  EXPECT_EQ(KeysOf(&job), before);
}

// Two records were kept apart under a strict threshold; a third then resembles both.
TEST(KeysStayTest, KeysGivenEarlierAreProposedForMergingButStay) {
  MainJob job(WesternByMean(), 1, 5);
  job.Encode("a", Csv("1,Annabella,Abelmann,1970-01-31,F,12345\n"));
  job.Encode("b", Csv("1,Annabella,Abelman,1970-01-31,F,99999\n"));
  job.Encode("c", Csv("1,Annabella,Abelmann,1970-01-31,F,\n"));
  job.Import("a");
  job.Import("b");
  EXPECT_EQ(job.Link({.threshold = Threshold{1, 1}}).summary.keys_minted, 2U);
  const auto before = KeysOf(&job);
  job.Import("c");
  const auto third = job.Link();
  EXPECT_EQ(third.summary.attached, 1U);
  EXPECT_EQ(third.summary.proposals, 1U);
  EXPECT_EQ(job.store().Proposals().value().size(), 1U);
  for (const auto& [ref, key] : before) EXPECT_EQ(KeysOf(&job).at(ref), key);
}

TEST(KeysStayTest, AHolderThatDeclaresDuplicatesIsLinkedWithinItself) {
  const std::string twice =
      "1,Annabella,Abelmann,1970-01-31,F,12345\n"
      "2,Annabella,Abelmann,1970-01-31,F,12345\n";
  for (const bool declares : {false, true}) {
    MainJob job(WesternByMean(), 1, 5);
    job.Encode("a", Csv(twice), declares);
    job.Import("a");
    EXPECT_EQ(job.Link().clusters, declares ? 1U : 2U);
  }
}

// The first of several holders: the model that learns has nothing to learn from yet.
TEST(KeysStayTest, OneHolderAloneGetsAKeyForEachRecord) {
  MainJob job(ContractTemplate("western"), 1, 5);
  job.Encode("a", Csv(kAnna, kBert));
  job.Import("a");
  const auto receipt = job.Link();
  EXPECT_EQ(receipt.summary.keys_minted, 2U);
  EXPECT_EQ(receipt.summary.links, 0U);
}

}  // namespace
}  // namespace musubi::flows
