// A link run's segments: what is read back is what was kept, or the loss is noticed.
#include "storage/link_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "file_samples.h"
#include "storage/store_seal.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kMost = UINT32_MAX;

class LinkRunTest : public testing::Test {
 protected:
  LinkRunTest() {
    plan_.digest.fill(7);
    plan_.tiles = 100;
    seed_.fill(9);
  }

  std::filesystem::path folder() const { return scratch_ / "run"; }
  LinkRunPlace place() const { return {folder(), seal_}; }

  // A run of these segments, each of ten tiles.
  LinkRun RunOf(const std::vector<std::vector<ScoredPair>>& segments) {
    Result<LinkRun> run = LinkRun::Begin(place(), plan_, seed_);
    EXPECT_TRUE(IsOk(run));
    for (const auto& links : segments) {
      EXPECT_TRUE(IsOk(run.value().Append(PartAt(run.value().end_tile() + 10, links))));
    }
    return std::move(run.value());
  }

  // One of these links, and a hit for each of them.
  static LinkRunPart PartAt(std::uint64_t end_tile, const std::vector<ScoredPair>& links) {
    return {end_tile, links.size() + 5, links.size() + 2, links.size() + 1, links, links};
  }

  std::optional<LinkRun> Found() { return LinkRun::Find(place(), plan_).value(); }

  static Result<std::vector<std::vector<ScoredPair>>> SegmentsOf(const LinkRun& run) {
    std::vector<std::vector<ScoredPair>> segments;
    MUSUBI_RETURN_IF_ERROR(run.Visit([&](std::span<const ScoredPair> links) -> Status {
      segments.emplace_back(links.begin(), links.end());
      return {};
    }));
    return segments;
  }

  ScratchFolder scratch_;
  LinkRunPlan plan_;
  RunSeed seed_{};
  std::shared_ptr<const StoreSeal> seal_ =
      std::make_shared<const StoreSeal>(crypto::TestStoreKey());
};

TEST_F(LinkRunTest, IsFoundAsItWasKept) {
  const std::vector<std::vector<ScoredPair>> segments = {
      {{0, 1, 5}, {0, 7, 6}, {3, 4, 0}}, {}, {{0, kMost, kMost}, {kMost - 1, kMost, 1}}};
  RunOf(segments);
  const std::optional<LinkRun> run = Found();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->seed(), seed_);
  EXPECT_EQ(run->end_tile(), 30U);
  EXPECT_EQ(run->compared(), 20U);
  EXPECT_EQ(run->reached(), 11U);
  EXPECT_EQ(run->control(), 8U);
  EXPECT_EQ(run->links(), 5U);
  EXPECT_EQ(run->hits().size(), 5U);
  EXPECT_EQ(run->hits()[4], (ScoredPair{kMost - 1, kMost, 1}));
  EXPECT_EQ(SegmentsOf(*run).value(), segments);
}

TEST_F(LinkRunTest, GoesOnWhereItWas) {
  RunOf({{{0, 1, 5}}});
  {
    std::optional<LinkRun> run = Found();
    ASSERT_TRUE(IsOk(run->Append(PartAt(100, {{2, 3, 4}}))));
  }
  const std::optional<LinkRun> run = Found();
  EXPECT_EQ(run->end_tile(), 100U);
  EXPECT_EQ(SegmentsOf(*run).value(),
            (std::vector<std::vector<ScoredPair>>{{{0, 1, 5}}, {{2, 3, 4}}}));
}

TEST_F(LinkRunTest, LinksComeInTheOrderOfTheirRows) {
  RunOf({{{5, 9, 1}, {5, 6, 2}, {0, 9, 3}}});
  EXPECT_EQ(SegmentsOf(*Found()).value()[0],
            (std::vector<ScoredPair>{{0, 9, 3}, {5, 6, 2}, {5, 9, 1}}));
}

TEST_F(LinkRunTest, AnotherPlanFindsNothing) {
  RunOf({{{0, 1, 5}}});
  plan_.tiles = 99;
  EXPECT_FALSE(Found());
  plan_.tiles = 100;
  plan_.digest[31] = 8;
  EXPECT_FALSE(Found());
}

TEST_F(LinkRunTest, WithoutAFolderThereIsNone) {
  EXPECT_FALSE(Found());
  LinkRun::Remove(folder());
}

TEST_F(LinkRunTest, ANewRunReplacesWhateverWasThere) {
  RunOf({{{0, 1, 5}}, {{2, 3, 5}}});
  WriteWhole(folder() / "else", "else");
  RunOf({});
  EXPECT_EQ(Found()->end_tile(), 0U);
  EXPECT_FALSE(std::filesystem::exists(folder() / "else"));
  LinkRun::Remove(folder());
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(LinkRunTest, OnlyItsOwnerMayReadIt) {
  RunOf({{{0, 1, 5}}});
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder()).permissions(), perms::owner_all);
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    EXPECT_EQ(entry.status().permissions(), perms::owner_read | perms::owner_write);
  }
}

// Segments of any links, read back through another process's eyes.
TEST_F(LinkRunTest, RandomLinksComeBack) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << '\n';
  std::mt19937_64 random(seed);
  std::vector<std::vector<ScoredPair>> segments;
  for (int s = 0; s < 8; ++s) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> links;
    const std::uint64_t width = std::uint64_t{1} << (1 + random() % 32);
    for (std::uint64_t i = random() % 30'000; i > 0; --i) {
      const auto a = static_cast<std::uint32_t>(random() % width);
      const auto b = static_cast<std::uint32_t>(random() % width);
      if (a != b) links[std::minmax({a, b})] = static_cast<std::uint32_t>(random());
    }
    auto& segment = segments.emplace_back();
    for (const auto& [rows, score] : links) segment.push_back({rows.first, rows.second, score});
  }
  RunOf(segments);
  EXPECT_EQ(SegmentsOf(*Found()).value(), segments);
}

// Whatever byte changes or is missing, the run ends before the segment that has it.
TEST_F(LinkRunTest, EveryDamageIsNoticed) {
  const std::vector<std::vector<ScoredPair>> segments = {
      {{0, 1, 700'000}, {0, 7, 650'000}}, {{3, 4, 900'000}}, {{5, 6, 800'000}}};
  RunOf(segments);
  const std::map<std::string, std::size_t> files = {
      {"RUN", 0}, {"links.00000001", 0}, {"links.00000002", 1}, {"links.00000003", 2}};
  for (const auto& [name, whole_before] : files) {
    const std::string bytes = ReadWhole(folder() / name);
    ASSERT_FALSE(bytes.empty());
    const auto expect_noticed = [&, sound = whole_before, of_run = name == "RUN"] {
      const std::optional<LinkRun> run = Found();
      ASSERT_EQ(run.has_value(), !of_run);
      EXPECT_EQ(run ? run->end_tile() : 0, 10 * sound);
    };
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      SCOPED_TRACE(name + " at " + std::to_string(at));
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
      WriteWhole(folder() / name, changed);
      expect_noticed();
      WriteWhole(folder() / name, bytes.substr(0, at));
      expect_noticed();
    }
    WriteWhole(folder() / name, bytes + '\0');
    expect_noticed();
    std::filesystem::remove(folder() / name);
    expect_noticed();
    WriteWhole(folder() / name, bytes);
  }
  EXPECT_EQ(Found()->end_tile(), 30U);
}

TEST_F(LinkRunTest, ASegmentOfAnotherPlaceOrRunIsNoticed) {
  RunOf({{{0, 1, 5}}, {{2, 3, 5}}});
  std::filesystem::copy(folder() / "links.00000001", folder() / "links.00000002",
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Found()->end_tile(), 10U);
  const std::string earlier = ReadWhole(folder() / "links.00000001");
  plan_.digest.fill(8);
  RunOf({{{0, 1, 5}}});
  WriteWhole(folder() / "links.00000001", earlier);
  EXPECT_EQ(Found()->end_tile(), 0U);
}

TEST_F(LinkRunTest, ASegmentThatChangesWhileTheRunIsOpenIsAnError) {
  const LinkRun run = RunOf({{{0, 1, 5}}, {{2, 3, 5}}});
  WriteWhole(folder() / "links.00000002", "x");
  const auto visited = SegmentsOf(run);
  ASSERT_EQ(CodeOf(visited), static_cast<int>(ErrorCode::kIo));
  EXPECT_THAT(visited.error().message, HasSubstr("links.00000002 has changed"));
}

TEST_F(LinkRunTest, WhatDoesNotFitTheDiskLeavesWhatDid) {
  LinkRun run = RunOf({{{0, 1, 5}}});
  std::vector<ScoredPair> many;
  for (std::uint32_t row = 0; row < 50'000; ++row) many.push_back({row, row + 1, 900'000});
  {
    const FailingDisk disk(20'000);
    EXPECT_EQ(CodeOf(run.Append(PartAt(20, many))), static_cast<int>(ErrorCode::kIo));
  }
  EXPECT_EQ(Found()->end_tile(), 10U);
  EXPECT_EQ(run.end_tile(), 10U);
  ASSERT_TRUE(IsOk(run.Append(PartAt(20, many))));
  EXPECT_EQ(Found()->links(), 50'001U);
}

}  // namespace
}  // namespace musubi::storage
