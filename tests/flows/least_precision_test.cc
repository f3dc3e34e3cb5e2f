// A weighted mean whose threshold follows from pairs known to be two persons'.
#include <gmock/gmock.h>

#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

using testing::HasSubstr;

// Two holders know 300 people each, 200 of them both; every third shares a surname and a postcode
// with another, and every tenth of the second holder's has a slip in the surname.
class LeastPrecisionTest : public testing::Test {
 protected:
  void Import(MainJob* job, bool declares_duplicates = false) {
    job->Encode("a", Csv(0, 300, false), declares_duplicates);
    job->Encode("b", Csv(100, 400, true), declares_duplicates);
    job->Import("a");
    job->Import("b");
  }

 private:
  static std::string Csv(int first, int last, bool slips) {
    std::string csv = "id,given_name,surname,birth_date,sex,postcode\n";
    for (int person = first; person < last; ++person) {
      const int family = person % 3 == 0 ? person : person - 1;
      std::string surname = "Abcdefgh" + Letters(family);
      if (slips && person % 10 == 0) surname.insert(2, "x");
      csv += std::to_string(person) + ",G" + Letters(person * 7) + "," + surname + ",19" +
             std::to_string(10 + person % 80) + "-0" + std::to_string(1 + person % 9) + "-1" +
             std::to_string(person % 10) + "," + (person % 2 == 0 ? "F" : "M") + ",7" +
             std::to_string(1000 + family) + "\n";
    }
    return csv;
  }

  static std::string Letters(int number) {
    std::string letters;
    for (int i = 0; i < 4; ++i, number /= 26) letters += static_cast<char>('a' + number % 26);
    return letters;
  }
};

TEST_F(LeastPrecisionTest, TheThresholdIsRaisedAndTold) {
  MainJob job(WesternByMean(), 1, 5);
  Import(&job);
  const auto receipt =
      job.Link({.threshold = Threshold{1, 10}, .least_precision = Threshold{9, 10}});
  ASSERT_TRUE(receipt.quality.has_value());
  EXPECT_FALSE(receipt.quality->learns);
  EXPECT_EQ(receipt.quality->refusal, "");
  ASSERT_TRUE(receipt.quality->raised_threshold.has_value());
  const Threshold raised = *receipt.quality->raised_threshold;
  EXPECT_GT(raised.numerator, raised.denominator / 10);
  EXPECT_EQ(receipt.summary.threshold, std::to_string(raised.numerator) + "/1000000");
  EXPECT_GE(receipt.quality->precision.value, 900'000U);
  EXPECT_EQ(receipt.quality->control_pairs, 2U * 300 * 299 / 2);
  EXPECT_GE(receipt.linked_records, 360U);
  // The same threshold, given: the same links.
  MainJob again(WesternByMean(), 1, 5);
  Import(&again);
  const auto given = again.Link({.threshold = raised});
  EXPECT_EQ(given.summary.links, receipt.summary.links);
  EXPECT_EQ(given.clusters, receipt.clusters);
  EXPECT_EQ(given.quality->control_hits, receipt.quality->control_hits);
}

TEST_F(LeastPrecisionTest, BlocksCountTheirOwnControl) {
  MainJob job(WesternByMean(), 1, 5);
  Import(&job);
  const auto receipt = job.Link({.candidates = CandidateMethod::kBlocks});
  ASSERT_TRUE(receipt.quality.has_value());
  EXPECT_TRUE(receipt.quality->has_control);
  EXPECT_GT(receipt.quality->control_pairs, 0U);
  EXPECT_LT(receipt.quality->control_pairs, 2U * 300 * 299 / 2);
}

TEST_F(LeastPrecisionTest, WithoutControlTheRunIsRefused) {
  MainJob job(WesternByMean(), 1, 5);
  Import(&job, true);
  const auto receipt = job.Link({.least_precision = Threshold{9, 10}});
  ASSERT_TRUE(receipt.quality.has_value());
  EXPECT_THAT(receipt.quality->refusal, HasSubstr("known to be two persons"));
  EXPECT_EQ(job.store().Epoch().value(), 0U);
  EXPECT_FALSE(job.Link().quality.has_value());
}

TEST_F(LeastPrecisionTest, AModelThatLearnsTakesNone) {
  MainJob job(ContractTemplate("western"), 1, 5);
  Import(&job);
  const auto refused =
      engine::Link(&job.store(), {.least_precision = Threshold{9, 10}}, job.context());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
}

TEST_F(LeastPrecisionTest, ThreadsChangeNothing) {
  std::vector<std::string> thresholds;
  for (const int threads : {1, 3}) {
    MainJob job(WesternByMean(), threads, 5);
    Import(&job);
    const auto receipt =
        job.Link({.threshold = Threshold{1, 10}, .least_precision = Threshold{19, 20}});
    thresholds.push_back(receipt.summary.threshold + " " + std::to_string(receipt.summary.links));
  }
  EXPECT_EQ(thresholds[0], thresholds[1]);
}

}  // namespace
}  // namespace musubi::flows
