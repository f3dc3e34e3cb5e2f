#include "core/utc_time.h"

#include <gtest/gtest.h>

#include "core/party_name.h"

namespace musubi {
namespace {

TEST(UtcTimeTest, WritesKnownMoments) {
  EXPECT_EQ(FormatUtc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatUtc(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatUtc(951782400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(FormatUtc(1796025909), "2026-11-30T08:05:09Z");
  EXPECT_EQ(FormatUtc(kMinUtcSeconds), "0001-01-01T00:00:00Z");
  EXPECT_EQ(FormatUtc(kMaxUtcSeconds), "9999-12-31T23:59:59Z");
}

TEST(UtcTimeTest, ReadsWhatItWrites) {
  constexpr std::int64_t kStep = 86400 * 37 + 4321;
  for (std::int64_t seconds = kMinUtcSeconds; seconds <= kMaxUtcSeconds; seconds += kStep) {
    ASSERT_EQ(ParseUtc(FormatUtc(seconds)), seconds);
  }
  EXPECT_EQ(ParseUtc(FormatUtc(kMaxUtcSeconds)), kMaxUtcSeconds);
}

TEST(UtcTimeTest, ReadsNoOtherForm) {
  for (const char* text :
       {"", "2026-11-30", "2026-11-30T08:05:09", "2026-11-30T08:05:09z", "2026-11-30 08:05:09Z",
        "2026-11-30T08:05:09.0Z", "2026-11-30T08:05:09+00:00", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z", "+026-01-01T00:00:00Z", "2026-1 -01T00:00:00Z",
        "2026-11-30T08:05:09Z\n"}) {
    EXPECT_EQ(ParseUtc(text), std::nullopt) << text;
  }
}

TEST(PartyNameTest, KnowsWhichNamesAPartyMayHave) {
  for (const auto& name : {std::string("a"), std::string("7"), std::string("city-hospital_2"),
                           std::string(kMaxPartyNameBytes, 'a')}) {
    EXPECT_TRUE(IsPartyName(name)) << name;
  }
  for (const auto& name : {std::string(), std::string("A"), std::string("-a"), std::string("_a"),
                           std::string("a b"), std::string("a/b"), std::string("é"),
                           std::string("a\0", 2), std::string(kMaxPartyNameBytes + 1, 'a')}) {
    EXPECT_FALSE(IsPartyName(name)) << name;
  }
}

}  // namespace
}  // namespace musubi
