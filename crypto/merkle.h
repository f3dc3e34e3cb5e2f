// Merkle trees over SHA-256, as RFC 9162 has them in section 2.1 (and RFC 6962 before it): one
// digest of a list that only grows, and short proofs of what it holds and of how it grew. Public.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/sha256.h"

namespace musubi::crypto {

// The digest of an entry as a leaf: SHA-256(00 || entry). Nodes begin with 01, so that no entry can
// pass for a node.
Digest256 MerkleLeaf(std::span<const std::uint8_t> entry);

// The tree over a list of leaves that grows at its end: what is needed to go on, 32 bytes for each
// bit that is set in its size.
class MerkleFrontier {
 public:
  MerkleFrontier() = default;

  // The tree of `size` leaves whose complete subtrees have these roots, the largest first. Nothing
  // where there are more or fewer of them than the size has.
  static std::optional<MerkleFrontier> Of(std::uint64_t size, std::vector<Digest256> peaks);

  // Requires: size() < 2^64 - 1.
  void Append(const Digest256& leaf);

  // Of no leaves, SHA-256 of nothing.
  Digest256 Root() const;

  std::uint64_t size() const { return size_; }
  const std::vector<Digest256>& peaks() const { return peaks_; }

  bool operator==(const MerkleFrontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest256> peaks_;
};

// The digests of nodes that a proof needs, in the RFC's order.
using MerklePath = std::vector<Digest256>;

// That the leaf `index`, from 0, is in the tree over `leaves`.
//
// Requires: index < leaves.size().
// Cost:     one digest a leaf.
MerklePath InclusionPath(std::span<const Digest256> leaves, std::uint64_t index);

// That the tree over `leaves` begins with the tree over its first `earlier` ones.
//
// Requires: earlier <= leaves.size().
// Cost:     one digest a leaf.
MerklePath ConsistencyPath(std::span<const Digest256> leaves, std::uint64_t earlier);

// A tree of which only this is known.
struct MerkleTree {
  std::uint64_t size = 0;
  Digest256 root{};
};

// Whether `path` proves that `leaf` is the leaf `index` of `tree` (section 2.1.3.2).
bool ProvesInclusion(std::span<const Digest256> path, const Digest256& leaf, std::uint64_t index,
                     const MerkleTree& tree);

// Whether `path` proves that `later` begins with `earlier` (section 2.1.4.2). Of trees of one size,
// and with an earlier one of no leaves, nothing but the empty path does.
bool ProvesConsistency(std::span<const Digest256> path, const MerkleTree& earlier,
                       const MerkleTree& later);

}  // namespace musubi::crypto
