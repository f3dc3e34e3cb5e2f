#include "core/application.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/plain_text.h"

namespace musubi {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

Application Stroke() {
  Application application;
  application.project = "stroke-2027";
  application.purpose = "Does early rehabilitation shorten care after a stroke?";
  application.legal_basis = "\u6B21\u4E16\u4EE3\u533B\u7642\u57FA\u76E4\u6CD5";
  application.contract.fill(0x11);
  application.holders = {{"hospital", {"admitted", "diagnosis"}}, {"registry", {}}};
  application.recipient = "ann";
  application.recipient_certificate.fill(0x22);
  application.environment = "the university's closed room";
  application.subgroups = {"age_group", "sex"};
  application.conditions = {"results leave the room only as tables"};
  application.expires = 1806537599;
  return application;
}

// The example of docs/formats/project.md.
constexpr const char* kStrokeText =
    R"({"conditions":["results leave the room only as tables"],)"
    R"("contract":"1111111111111111111111111111111111111111111111111111111111111111",)"
    R"("environment":"the university's closed room","expires":"2027-03-31T23:59:59Z",)"
    R"("format":"musubi-application","holders":[{"holder":"hospital",)"
    R"("variables":["admitted","diagnosis"]},{"holder":"registry","variables":[]}],)"
    R"("id_scope":"project","legal_basis":"次世代医療基盤法","project":"stroke-2027",)"
    R"("protocol":"","purpose":"Does early rehabilitation shorten care after a stroke?",)"
    R"("recipient":{"certificate":)"
    R"("2222222222222222222222222222222222222222222222222222222222222222","name":"ann"},)"
    R"("smallest_count":10,"subgroups":["age_group","sex"],"version":1})";

TEST(ApplicationTest, HasTheDocumentedBytes) {
  EXPECT_EQ(ApplicationText(Stroke()), kStrokeText);
  EXPECT_EQ(ParseApplication(kStrokeText).value(), Stroke());
}

TEST(ApplicationTest, IsReadInItsOneFormOnly) {
  const std::string text = kStrokeText;
  for (const std::string& bad :
       {text + "\n", " " + text, text.substr(1), text + "{}", std::string(), text + '\0',
        "{\"a\":1," + text.substr(1), "[" + text + "]"}) {
    const auto parsed = ParseApplication(bad);
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::kBadData);
  }
}

// Every member, taken away or put in the place of another type.
TEST(ApplicationTest, EveryMemberIsNeededAndHasItsType) {
  const json whole = json::parse(kStrokeText);
  for (const auto& [key, value] : whole.items()) {
    json without = whole;
    without.erase(key);
    EXPECT_FALSE(ParseApplication(without.dump()).ok()) << key;
    for (const json& other : {json(nullptr), json(true), json(-1), json("x"), json::object()}) {
      json changed = whole;
      changed[key] = other;
      if (key == "purpose" || key == "environment" || key == "protocol" || key == "legal_basis" ||
          key == "project") {
        if (other == "x") continue;  // as good as any
      }
      EXPECT_FALSE(ParseApplication(changed.dump()).ok()) << key << ' ' << other;
    }
  }
}

TEST(ApplicationTest, WhatItSaysIsChecked) {
  const auto mistake = [](const auto& change) {
    Application application = Stroke();
    change(&application);
    return MistakeIn(application);
  };
  EXPECT_THAT(MistakeIn(Stroke()), IsEmpty());
  EXPECT_THAT(mistake([](auto* a) { a->project = "Stroke"; }), HasSubstr("project"));
  EXPECT_THAT(mistake([](auto* a) { a->recipient = ""; }), HasSubstr("recipient"));
  EXPECT_THAT(mistake([](auto* a) { a->purpose = ""; }), HasSubstr("purpose"));
  EXPECT_THAT(mistake([](auto* a) { a->purpose = std::string(4001, 'x'); }), HasSubstr("purpose"));
  EXPECT_THAT(mistake([](auto* a) { a->purpose = std::string(4000, 'x'); }), IsEmpty());
  EXPECT_THAT(mistake([](auto* a) { a->legal_basis = "a\nb"; }), HasSubstr("legal basis"));
  EXPECT_THAT(mistake([](auto* a) { a->environment = "\xFF"; }), HasSubstr("environment"));
  EXPECT_THAT(mistake([](auto* a) { a->protocol = "\x1B[2J"; }), HasSubstr("protocol"));
  EXPECT_THAT(mistake([](auto* a) { a->conditions = {""}; }), HasSubstr("conditions"));
  EXPECT_THAT(mistake([](auto* a) { a->holders.clear(); }), HasSubstr("holders"));
  EXPECT_THAT(mistake([](auto* a) { a->holders[1].holder = "hospital"; }), HasSubstr("twice"));
  EXPECT_THAT(mistake([](auto* a) { std::swap(a->holders[0], a->holders[1]); }),
              HasSubstr("out of order"));
  EXPECT_THAT(mistake([](auto* a) { a->holders[1].holder = "the registry"; }), HasSubstr("a-z"));
  EXPECT_THAT(mistake([](auto* a) {
                a->holders[0].variables = {"x", "x"};
              }),
              HasSubstr("variable"));
  EXPECT_THAT(mistake([](auto* a) { a->holders[0].variables = {""}; }), HasSubstr("variable"));
  EXPECT_THAT(mistake([](auto* a) { a->subgroups = {"sex", "age"}; }), HasSubstr("subgroup"));
  EXPECT_THAT(mistake([](auto* a) { a->smallest_count = 0; }), HasSubstr("smallest count"));
  EXPECT_THAT(mistake([](auto* a) { a->expires = 1LL << 60; }), HasSubstr("expires"));
}

TEST(ApplicationTest, ADayExpiresWithItsLastSecond) {
  EXPECT_EQ(ParseExpiry("2027-03-31"), 1806537599);
  EXPECT_EQ(ParseExpiry("2027-03-31T12:00:00Z"), 1806494400);
  for (const char* bad : {"", "2027-02-29", "2027-3-31", "31.03.2027", "2027-03-31 12:00:00",
                          "2027-03-31T12:00:00+09:00"}) {
    EXPECT_FALSE(ParseExpiry(bad)) << bad;
  }
}

TEST(PlainTextTest, HoldsNothingHidden) {
  EXPECT_TRUE(IsPlainText("", 0));
  EXPECT_TRUE(IsPlainText("\u8840\u7BA1 \U0001F9E0", 100));
  EXPECT_FALSE(IsPlainText("abc", 2));
  for (const char* hidden : {"\t", "\r", "\x7F", "\u0085", "\u2028", "\u202E", "\u2066", "\u200F",
                             "\u200B", "\uFEFF", "\u00AD", "\xC0\x80", "\xED\xA0\x80"}) {
    EXPECT_FALSE(IsPlainText(std::string("a") + hidden, 100)) << hidden;
  }
  EXPECT_FALSE(IsPlainText(std::string(1, '\0'), 100));
}

}  // namespace
}  // namespace musubi
