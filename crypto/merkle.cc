#include "crypto/merkle.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/check.h"

namespace musubi::crypto {

namespace {

constexpr std::uint8_t kLeafPrefix = 0;
constexpr std::uint8_t kNodePrefix = 1;

Digest256 Node(const Digest256& left, const Digest256& right) {
  std::array<std::uint8_t, 65> bytes{kNodePrefix};
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  return Sha256(bytes);
}

// The leaves of the left subtree: the largest power of two below `size`. Requires: size >= 2.
std::uint64_t LeftLeaves(std::uint64_t size) { return std::bit_floor(size - 1); }

Digest256 RootOf(std::span<const Digest256> leaves) {
  MerkleFrontier frontier;
  for (const Digest256& leaf : leaves) frontier.Append(leaf);
  return frontier.Root();
}

// Two places on the way from leaves to a root: of the one that is proved, and of the last leaf.
struct Climb {
  std::uint64_t at = 0;
  std::uint64_t last = 0;

  void Up() {
    at >>= 1;
    last >>= 1;
  }
  // Whether the next node of the path is a left sibling.
  bool HasLeftSibling() const { return (at & 1U) != 0 || at == last; }
  // Passes over the levels where the node is the last one and has no sibling.
  void SkipMissing() {
    while ((at & 1U) == 0 && at != 0) Up();
  }
};

}  // namespace

Digest256 MerkleLeaf(std::span<const std::uint8_t> entry) {
  Sha256Stream digest;
  digest.Update({&kLeafPrefix, 1});
  digest.Update(entry);
  return digest.Finish();
}

std::optional<MerkleFrontier> MerkleFrontier::Of(std::uint64_t size, std::vector<Digest256> peaks) {
  if (static_cast<std::size_t>(std::popcount(size)) != peaks.size()) return std::nullopt;
  MerkleFrontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

void MerkleFrontier::Append(const Digest256& leaf) {
  MUSUBI_CHECK(size_ != UINT64_MAX);
  peaks_.push_back(leaf);
  for (std::uint64_t complete = size_; (complete & 1U) != 0; complete >>= 1) {
    const Digest256 right = peaks_.back();
    peaks_.pop_back();
    peaks_.back() = Node(peaks_.back(), right);
  }
  ++size_;
}

Digest256 MerkleFrontier::Root() const {
  if (peaks_.empty()) return Sha256({});
  Digest256 root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = Node(peaks_[i], root);
  return root;
}

MerklePath InclusionPath(std::span<const Digest256> leaves, std::uint64_t index) {
  MUSUBI_CHECK(index < leaves.size());
  MerklePath path;  // from the root down, until it is turned round
  while (leaves.size() > 1) {
    const std::uint64_t left = LeftLeaves(leaves.size());
    if (index < left) {
      path.push_back(RootOf(leaves.subspan(left)));
      leaves = leaves.first(left);
    } else {
      path.push_back(RootOf(leaves.first(left)));
      leaves = leaves.subspan(left);
      index -= left;
    }
  }
  std::ranges::reverse(path);
  return path;
}

MerklePath ConsistencyPath(std::span<const Digest256> leaves, std::uint64_t earlier) {
  MUSUBI_CHECK(earlier <= leaves.size());
  if (earlier == 0) return {};
  MerklePath path;         // from the root down, until it is turned round
  bool is_earlier = true;  // the leaves that are left are all of the earlier tree, from its first
  while (earlier < leaves.size()) {
    const std::uint64_t left = LeftLeaves(leaves.size());
    if (earlier <= left) {
      path.push_back(RootOf(leaves.subspan(left)));
      leaves = leaves.first(left);
    } else {
      path.push_back(RootOf(leaves.first(left)));
      leaves = leaves.subspan(left);
      earlier -= left;
      is_earlier = false;
    }
  }
  if (!is_earlier) path.push_back(RootOf(leaves));
  std::ranges::reverse(path);
  return path;
}

bool ProvesInclusion(std::span<const Digest256> path, const Digest256& leaf, std::uint64_t index,
                     const MerkleTree& tree) {
  if (index >= tree.size) return false;
  Climb climb{index, tree.size - 1};
  Digest256 root = leaf;
  for (const Digest256& node : path) {
    if (climb.last == 0) return false;
    if (climb.HasLeftSibling()) {
      root = Node(node, root);
      climb.SkipMissing();
    } else {
      root = Node(root, node);
    }
    climb.Up();
  }
  return climb.last == 0 && root == tree.root;
}

bool ProvesConsistency(std::span<const Digest256> path, const MerkleTree& earlier,
                       const MerkleTree& later) {
  if (earlier.size > later.size) return false;
  if (earlier.size == later.size) return path.empty() && earlier.root == later.root;
  if (earlier.size == 0) return path.empty() && earlier.root == MerkleFrontier().Root();
  Climb climb{earlier.size - 1, later.size - 1};
  while ((climb.at & 1U) != 0) climb.Up();
  // A complete earlier tree is a node of the later one, and its root is not sent.
  Digest256 old_root = earlier.root;
  if (!std::has_single_bit(earlier.size)) {
    if (path.empty()) return false;
    old_root = path.front();
    path = path.subspan(1);
  }
  Digest256 new_root = old_root;
  for (const Digest256& node : path) {
    if (climb.last == 0) return false;
    if (climb.HasLeftSibling()) {
      old_root = Node(node, old_root);
      new_root = Node(node, new_root);
      climb.SkipMissing();
    } else {
      new_root = Node(new_root, node);
    }
    climb.Up();
  }
  return climb.last == 0 && old_root == earlier.root && new_root == later.root;
}

}  // namespace musubi::crypto
