#include "engine/model/quality.h"

#include <gtest/gtest.h>

namespace musubi::engine {
namespace {

// The examples of Newcombe, Statist Med 17:857 (1998), table I, method 3: the score interval
// without continuity correction, to four places.
TEST(ShareOfTest, HasTheIntervalOfPublishedExamples) {
  struct Example {
    std::uint64_t found;
    std::uint64_t all;
    double low;
    double high;
  };
  for (const Example& example : {Example{81, 263, 0.2553, 0.3662}, Example{15, 148, 0.0624, 0.1605},
                                 Example{0, 20, 0.0000, 0.1611}, Example{1, 29, 0.0061, 0.1718}}) {
    const Estimate share = ShareOf(example.found, example.all);
    EXPECT_NEAR(share.low / 1e6, example.low, 6e-5) << example.found;
    EXPECT_NEAR(share.high / 1e6, example.high, 6e-5) << example.found;
    EXPECT_EQ(share.value, 1'000'000 * example.found / example.all +
                               (1'000'000 * example.found % example.all * 2 >= example.all ? 1 : 0))
        << example.found;
  }
}

TEST(ShareOfTest, StaysWithin0And1) {
  EXPECT_EQ(ShareOf(0, 1).low, 0U);
  EXPECT_EQ(ShareOf(1, 1).high, 1'000'000U);
  EXPECT_EQ(ShareOf(7, 7).value, 1'000'000U);
}

}  // namespace
}  // namespace musubi::engine
