// Japanese vectors that lie beside the source tree; skipped where they are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "normalised.h"

namespace musubi::identity {
namespace {

struct Vector {
  std::string category, a, b, relation, canonical;
};

// The rows of `category`; empty where there is no file.
std::vector<Vector> Load(const std::string& category) {
  const std::filesystem::path file = std::filesystem::path(MUSUBI_SOURCE_DIR) /
                                     "../shared/data/vectors/jp_vectors/jp_norm_vectors.tsv";
  std::vector<Vector> vectors;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    Vector v;
    for (std::string* cell : {&v.category, &v.a, &v.b, &v.relation, &v.canonical}) {
      std::getline(cells, *cell, '\t');
    }
    if (v.category == category) vectors.push_back(v);
  }
  return vectors;
}

std::string Without(char separator, std::string text) {
  text.erase(std::remove(text.begin(), text.end(), separator), text.end());
  return text;
}

#define MUSUBI_SKIP_WITHOUT(vectors) \
  if ((vectors).empty()) GTEST_SKIP() << "no jp_norm_vectors.tsv beside the source tree"

TEST(JapaneseVectorsTest, KanaThatAreEqualAtTheStrictLevelAreEqual) {
  const std::vector<Vector> vectors = Load("kana");
  MUSUBI_SKIP_WITHOUT(vectors);
  int checked = 0;
  for (const Vector& v : vectors) {
    if (v.relation == "EQUAL" || v.relation == "EQUAL@JOIN") {
      EXPECT_EQ(Name(v.a), Present(Without('|', v.canonical))) << v.a;
      EXPECT_EQ(Name(v.b), Present(Without('|', v.canonical))) << v.b;
      ++checked;
    } else if (v.relation == "DISTINCT") {
      EXPECT_NE(Name(v.a), Name(v.b)) << v.a;
      ++checked;
    }
  }
  EXPECT_GE(checked, 8);
}

TEST(JapaneseVectorsTest, DatesReadAsStatedOrAreRefused) {
  const std::vector<Vector> vectors = Load("date");
  MUSUBI_SKIP_WITHOUT(vectors);
  int checked = 0;
  for (const Vector& v : vectors) {
    if (v.relation.starts_with("EQUAL")) {
      EXPECT_EQ(Date(v.a), Present(Without('-', v.canonical))) << v.a;
      EXPECT_EQ(Date(v.b), Present(Without('-', v.canonical))) << v.b;
      ++checked;
    } else if (v.relation == "REJECT") {
      EXPECT_NE(Date(v.a).state, FieldState::kPresent) << v.a;
      ++checked;
    }
  }
  EXPECT_GE(checked, 30);
}

TEST(JapaneseVectorsTest, SexesReadAsStated) {
  const std::vector<Vector> vectors = Load("sex");
  MUSUBI_SKIP_WITHOUT(vectors);
  for (const Vector& v : vectors) {
    const Normalised expected = v.relation == "MISSING" ? Missing() : Present(v.canonical);
    EXPECT_EQ(Normalise(FieldKind::kSex, v.a), expected) << v.a;
  }
}

}  // namespace
}  // namespace musubi::identity
