#include "crypto/merkle.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace musubi::crypto {
namespace {

Digest256 FromHex(const std::string& hex) {
  Digest256 digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return digest;
}

std::vector<std::uint8_t> Bytes(const std::string& hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

MerklePath Path(const std::vector<std::string>& hex) {
  MerklePath path;
  for (const std::string& digest : hex) path.push_back(FromHex(digest));
  return path;
}

// The definition itself, sections 2.1.1 to 2.1.4 of RFC 9162, with none of the shortcuts.
Digest256 NaiveRoot(std::span<const Digest256> leaves) {
  if (leaves.empty()) return Sha256({});
  if (leaves.size() == 1) return leaves[0];
  std::size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  std::vector<std::uint8_t> node{1};
  for (const Digest256& half : {NaiveRoot(leaves.first(left)), NaiveRoot(leaves.subspan(left))}) {
    node.insert(node.end(), half.begin(), half.end());
  }
  return Sha256(node);
}

MerklePath NaiveInclusion(std::span<const Digest256> leaves, std::size_t index) {
  if (leaves.size() == 1) return {};
  std::size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  const bool is_left = index < left;
  MerklePath path = is_left ? NaiveInclusion(leaves.first(left), index)
                            : NaiveInclusion(leaves.subspan(left), index - left);
  path.push_back(NaiveRoot(is_left ? leaves.subspan(left) : leaves.first(left)));
  return path;
}

MerklePath NaiveSubproof(std::span<const Digest256> leaves, std::size_t earlier, bool whole) {
  if (earlier == leaves.size()) return whole ? MerklePath{} : MerklePath{NaiveRoot(leaves)};
  std::size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  const bool is_left = earlier <= left;
  MerklePath path = is_left ? NaiveSubproof(leaves.first(left), earlier, whole)
                            : NaiveSubproof(leaves.subspan(left), earlier - left, false);
  path.push_back(NaiveRoot(is_left ? leaves.subspan(left) : leaves.first(left)));
  return path;
}

std::vector<Digest256> Leaves(std::size_t count) {
  std::vector<Digest256> leaves;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string entry = "entry " + std::to_string(i);
    leaves.push_back(
        MerkleLeaf({reinterpret_cast<const std::uint8_t*>(entry.data()), entry.size()}));
  }
  return leaves;
}

MerkleTree TreeOf(std::span<const Digest256> leaves) { return {leaves.size(), NaiveRoot(leaves)}; }

// The eight entries of the tests of Certificate Transparency, and what those tests expect.
const std::vector<std::string> kEntries = {"",
                                           "00",
                                           "10",
                                           "2021",
                                           "3031",
                                           "40414243",
                                           "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest256> PublishedLeaves() {
  std::vector<Digest256> leaves;
  for (const std::string& entry : kEntries) leaves.push_back(MerkleLeaf(Bytes(entry)));
  return leaves;
}

TEST(MerkleTest, GivesThePublishedRoots) {
  MerkleFrontier frontier;
  EXPECT_EQ(ToHex(frontier.Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::vector<Digest256> leaves = PublishedLeaves();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    frontier.Append(leaves[i]);
    EXPECT_EQ(ToHex(frontier.Root()), kRoots[i]) << i + 1;
  }
}

TEST(MerkleTest, GivesThePublishedPaths) {
  const std::vector<Digest256> leaves = PublishedLeaves();
  const std::span<const Digest256> all(leaves);
  EXPECT_EQ(InclusionPath(all.first(1), 0), MerklePath());
  EXPECT_EQ(InclusionPath(all, 0),
            Path({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(InclusionPath(all, 5),
            Path({"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(ConsistencyPath(all, 1),
            Path({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(ConsistencyPath(all, 6),
            Path({"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(ConsistencyPath(all.first(5), 2),
            Path({"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST(MerkleTest, EveryPathOfSmallTreesIsTheDefinitionsAndProves) {
  const std::vector<Digest256> all = Leaves(40);
  for (std::size_t size = 1; size <= all.size(); ++size) {
    const std::span<const Digest256> leaves = std::span(all).first(size);
    const MerkleTree tree = TreeOf(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const MerklePath path = InclusionPath(leaves, index);
      ASSERT_EQ(path, NaiveInclusion(leaves, index)) << size << ' ' << index;
      // The leaf proves its own place and no other.
      for (std::size_t place = 0; place <= size; ++place) {
        ASSERT_EQ(ProvesInclusion(path, leaves[index], place, tree), place == index);
      }
    }
    for (std::size_t earlier = 0; earlier <= size; ++earlier) {
      const MerklePath path = ConsistencyPath(leaves, earlier);
      if (earlier > 0) {
        ASSERT_EQ(path, NaiveSubproof(leaves, earlier, true));
      }
      ASSERT_TRUE(ProvesConsistency(path, TreeOf(leaves.first(earlier)), tree));
    }
  }
}

// A frontier that was kept and taken up again goes on as if it had never been away.
TEST(MerkleTest, GoesOnFromWhatItKeeps) {
  const std::vector<Digest256> leaves = Leaves(300);
  MerkleFrontier frontier;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    frontier = MerkleFrontier::Of(frontier.size(), frontier.peaks()).value();
    frontier.Append(leaves[i]);
    ASSERT_EQ(frontier.Root(), NaiveRoot(std::span(leaves).first(i + 1))) << i;
  }
  EXPECT_FALSE(MerkleFrontier::Of(3, {leaves[0]}));
  EXPECT_FALSE(MerkleFrontier::Of(2, {leaves[0], leaves[1]}));
  EXPECT_FALSE(MerkleFrontier::Of(0, {leaves[0]}));
}

// Changes one thing of a proof: a bit of a node, a node lost, added or moved.
void Mutate(std::mt19937_64* random, MerklePath* path) {
  const std::size_t at = path->empty() ? 0 : (*random)() % path->size();
  switch (path->empty() ? 1 : (*random)() % 4) {
    case 0:
      (*path)[at][(*random)() % 32] ^= static_cast<std::uint8_t>(1U << ((*random)() % 8));
      break;
    case 1: {
      Digest256 node{};
      for (std::uint8_t& byte : node) byte = static_cast<std::uint8_t>((*random)());
      path->insert(path->begin() + static_cast<std::ptrdiff_t>(at), node);
      break;
    }
    case 2:
      path->erase(path->begin() + static_cast<std::ptrdiff_t>(at));
      break;
    default:
      std::swap((*path)[at], (*path)[(*random)() % path->size()]);
      break;
  }
}

TEST(MerkleTest, NoMutatedProofProves) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<Digest256> all = Leaves(1000);
  int refused = 0;
  while (refused < 4000) {
    const std::span<const Digest256> leaves = std::span(all).first(1 + random() % all.size());
    const MerkleTree tree = TreeOf(leaves);
    const std::size_t index = random() % leaves.size();
    const MerklePath inclusion = InclusionPath(leaves, index);
    const std::size_t earlier = 1 + random() % leaves.size();
    const MerkleTree before = TreeOf(leaves.first(earlier));
    const MerklePath consistency = ConsistencyPath(leaves, earlier);
    for (int i = 0; i < 40; ++i) {
      MerklePath path = inclusion;
      Mutate(&random, &path);
      if (path != inclusion) {
        ASSERT_FALSE(ProvesInclusion(path, leaves[index], index, tree));
        ++refused;
      }
      path = consistency;
      Mutate(&random, &path);
      if (path != consistency) {
        ASSERT_FALSE(ProvesConsistency(path, before, tree));
        ++refused;
      }
    }
    MerkleTree other = tree;
    other.root[random() % 32] ^= 1;
    ASSERT_FALSE(ProvesInclusion(inclusion, leaves[index], index, other));
    ASSERT_FALSE(ProvesConsistency(consistency, before, other));
    ASSERT_FALSE(ProvesConsistency(consistency, {earlier, other.root}, tree));
    ASSERT_FALSE(ProvesConsistency(consistency, {before.size + 1, before.root}, tree));
  }
}

}  // namespace
}  // namespace musubi::crypto
