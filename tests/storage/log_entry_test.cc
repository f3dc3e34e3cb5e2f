#include "storage/log_entry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace musubi::storage {
namespace {

LogEntry Sample() {
  LogEntry entry;
  entry.number = 3;
  entry.time = 1796040000;
  entry.event.kind = LogKind::kRelease;
  entry.event.epoch = 2;
  entry.event.project = "stroke";
  entry.event.counts = {{"records", 90}, {"persons", 60}};
  entry.event.digests["manifest"].fill(0xab);
  entry.event.holders = {{"clinic", 50}, {"registry", 40}};
  entry.state.fill(0x11);
  entry.previous.fill(0x22);
  return entry;
}

std::string Digits(const std::string& pair) {
  std::string text;
  for (int i = 0; i < 32; ++i) text += pair;
  return text;
}

// docs/formats/log.md has this line.
TEST(LogEntryTest, IsTheDocumentedLine) {
  const std::string line =
      R"({"counts":{"persons":60,"records":90},"digests":{"manifest":")" + Digits("ab") +
      R"("},"epoch":2,"holders":{"clinic":50,"registry":40},"kind":"release","number":3,)"
      R"("previous":")" +
      Digits("22") + R"(","project":"stroke","result":"done","state":")" + Digits("11") +
      R"(","time":"2026-11-30T12:00:00Z","version":1})";
  EXPECT_EQ(LogLine(Sample()), line);
  EXPECT_EQ(ParseLogLine(line).value(), Sample());
}

TEST(LogEntryTest, EveryKindComesBack) {
  for (std::size_t kind = 0; kind < kLogKinds; ++kind) {
    LogEntry entry;
    entry.event.kind = static_cast<LogKind>(kind);
    entry.number = entry.event.kind == LogKind::kCreate ? 1 : 2;
    for (const std::string error :
         {"", "usage", "bad_data", "no_input", "exists", "refused", "contract", "model"}) {
      entry.event.error = error;
      EXPECT_EQ(ParseLogLine(LogLine(entry)).value(), entry);
    }
  }
}

// Who signed an override is told, in one order.
TEST(LogEntryTest, TellsWhoOverrodeAnAudit) {
  LogEntry entry;
  entry.number = 2;
  entry.event.kind = LogKind::kImport;
  entry.event.signers = {"ethics", "irb"};
  entry.event.digests["audit"].fill(0x33);
  entry.event.digests["override"].fill(0x44);
  const std::string line = LogLine(entry);
  EXPECT_EQ(ParseLogLine(line).value(), entry);
  const std::string names = R"("signers":["ethics","irb"])";
  for (const char* other : {R"("signers":["irb","ethics"])", R"("signers":["irb","irb"])",
                            R"("signers":["The IRB"])", R"("signers":[])", R"("signers":"irb")"}) {
    std::string changed = line;
    changed.replace(changed.find(names), names.size(), other);
    EXPECT_FALSE(ParseLogLine(changed).ok()) << other;
  }
}

// Anything that entries do not have is refused, so that nothing else can hide in a log.
TEST(LogEntryTest, TakesNothingElse) {
  const std::string line = LogLine(Sample());
  const auto with = [&line](const std::string& from, const std::string& to) {
    std::string changed = line;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  const std::vector<std::string> bad = {
      "",
      "[]",
      line + " ",
      line + "\n",
      with(R"("kind")", R"( "kind")"),
      with(R"("epoch":2)", R"("epoch":2.0)"),
      with(R"("epoch":2)", R"("epoch":-2)"),
      with(R"("epoch":2)", R"("epoch":"2")"),
      with(R"("number":3)", R"("number":0)"),
      with(R"("number":3)", R"("number":1)"),  // only the first makes a store
      with(R"("number":3)", R"("name":"x","number":3)"),
      with(R"("number":3)", R"("number":9007199254740992)"),
      with(R"("records")", R"("surname")"),
      with(R"("manifest")", R"("record")"),
      with(R"("clinic")", R"("Clinic")"),
      with(R"("stroke")", R"("stroke study")"),
      with(R"("release")", R"("delete")"),
      with(R"("done")", R"("refused")"),
      with(R"("done")", R"("failed")"),
      with(R"("epoch")", R"("error":"io","epoch")"),
      with(R"(12:00:00Z)", R"(24:00:00Z)"),
      with(R"("version":1)", R"("version":2)"),
      with("abab", "ABAB"),
      with("abab", "abzz"),
      with("22", "2"),
  };
  for (const std::string& text : bad) {
    const auto parsed = ParseLogLine(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kBadData);
  }
}

}  // namespace
}  // namespace musubi::storage
