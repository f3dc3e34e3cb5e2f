#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/project_id.h"
#include "engine/release/project_id.h"
#include "tests/crypto/bytes.h"

namespace musubi::engine {
namespace {

LinkageKey KeyOf(std::uint8_t byte) {
  LinkageKey key;
  key.bytes.fill(byte);
  return key;
}

std::string IdOf(const LinkageKey& key, std::string_view project) {
  crypto::Hmac prf(crypto::Text(project));
  return ProjectIdOf(key, &prf);
}

// Computed by a program of another language from the definition.
TEST(ProjectIdOfTest, IsKnownForKnownKeys) {
  EXPECT_EQ(IdOf(KeyOf(0), "project"), "16KCB-N26JP-6KKQZ-0BSD7-K");
  EXPECT_EQ(IdOf(KeyOf(0xA5), "another"), "X44KJ-R114Y-9PSW7-FN9MN-D");
}

TEST(ProjectIdOfTest, IsThatOfTheDefinition) {
  crypto::Hmac prf(crypto::Text("project"));
  crypto::Bytes message = crypto::Text("musubi project id 1");
  message.insert(message.end(), 16, 7);
  const crypto::Digest256 digest = prf(message);
  EXPECT_EQ(IdOf(KeyOf(7), "project"), FormatProjectId(std::span(digest).first<13>()));
}

TEST(ProjectIdOfTest, IsTheSameEachTime) {
  crypto::Hmac prf(crypto::Text("project"));
  const std::string first = ProjectIdOf(KeyOf(1), &prf);
  EXPECT_NE(ProjectIdOf(KeyOf(2), &prf), first);
  EXPECT_EQ(ProjectIdOf(KeyOf(1), &prf), first);
}

// The same person in two projects: the researchers must not be able to compare notes.
TEST(ProjectIdOfTest, DiffersByProject) { EXPECT_NE(IdOf(KeyOf(1), "one"), IdOf(KeyOf(1), "two")); }

TEST(ProjectIdOfTest, IsValidAndDiffersByPerson) {
  constexpr std::uint64_t kSeed = 20260108;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  crypto::Hmac prf(crypto::Text("project"));
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) {
    LinkageKey key;
    for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(random());
    const std::string id = ProjectIdOf(key, &prf);
    EXPECT_TRUE(IsProjectId(id));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace musubi::engine
