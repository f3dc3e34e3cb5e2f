// HMAC-SHA-256 (RFC 2104, FIPS 198-1) under a kept key: the one PRF that Musubi uses.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "crypto/secure_bytes.h"
#include "crypto/sha256.h"

namespace musubi::crypto {

// A keyed function. The key schedule is computed once, so a call costs two compressions or so.
//
// The two hash states made from the key lie in ordinary memory and are wiped when this object dies:
// HardenProcess() is what keeps them out of core dumps until then.
//
// Threads: one at a time; give each thread its own Clone().
class Hmac {
 public:
  // Takes a copy of `key`, of any length, into its own wiped state.
  explicit Hmac(std::span<const std::uint8_t> key);
  ~Hmac();
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(Hmac&&) noexcept;

  Hmac Clone() const;

  Digest256 operator()(std::span<const std::uint8_t> message);

 private:
  struct State;
  Digest256 OfOneBlock(std::span<const std::uint8_t> message);
  explicit Hmac(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;

  friend class HmacBatch;
};

// Many short messages under kept keys, in less time than one after the other. What it holds of
// messages and hash states is wiped when it dies.
//
// Threads: one at a time.
class HmacBatch {
 public:
  HmacBatch();
  ~HmacBatch();
  HmacBatch(HmacBatch&&) noexcept;
  HmacBatch& operator=(HmacBatch&&) noexcept;

  // Puts the first out.size() bytes of the HMAC of `message` into `out`, at the latest when Finish
  // is called. Takes a copy of `message`; borrows the key and `out` until then.
  //
  // Requires: out.size() <= 32.
  void Add(std::span<const std::uint8_t> message, Hmac* key, std::span<std::uint8_t> out);
  void Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
