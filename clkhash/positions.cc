#include "clkhash/positions.h"

#include <bit>
#include <charconv>

#include "core/check.h"
#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

constexpr std::size_t kWordsInBlock = 32;

// What an entry takes beyond its text and its words, roughly.
constexpr std::size_t kEntryBytes = 96;

std::span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A big-endian number modulo `modulus`, which is below 2^32.
std::uint32_t Modulo(std::span<const std::uint8_t> number, std::uint32_t modulus) {
  std::uint64_t rest = 0;
  for (const std::uint8_t byte : number) rest = (rest << 8 | byte) % modulus;
  return static_cast<std::uint32_t>(rest);
}

// `block` in decimal, with zeros behind it.
crypto::KeyedBlake2b::Salt SaltOf(std::size_t block) {
  crypto::KeyedBlake2b::Salt salt{};
  char* const text = reinterpret_cast<char*>(salt.data());
  std::to_chars(text, text + salt.size(), block);
  return salt;
}

}  // namespace

PositionSource::PositionSource(HashKind kind, const crypto::SecureBytes& first,
                               const crypto::SecureBytes& second, std::uint32_t bits)
    : PositionSource(kind, bits) {
  MUSUBI_CHECK(bits > 0 && bits <= Schema::kMaxBits);
  if (kind == HashKind::kBlake) {
    MUSUBI_CHECK(std::has_single_bit(bits));
    blake_.emplace(first.bytes());
  } else {
    MUSUBI_CHECK(kind == HashKind::kDouble || bits > 1);
    sha1_.emplace(crypto::LegacyHash::kSha1, first.bytes());
    md5_.emplace(crypto::LegacyHash::kMd5, second.bytes());
  }
}

PositionSource PositionSource::Clone() const {
  PositionSource copy(kind_, bits_);
  if (blake_) copy.blake_ = blake_->Clone();
  if (sha1_) copy.sha1_ = sha1_->Clone();
  if (md5_) copy.md5_ = md5_->Clone();
  return copy;
}

bool PositionSource::Of(std::string_view token, std::uint32_t count,
                        std::vector<std::uint32_t>* positions) {
  positions->resize(count);
  if (kind_ == HashKind::kBlake) {
    const auto words = WordsOf(token, (count + kWordsInBlock - 1) / kWordsInBlock);
    const std::uint32_t mask = bits_ - 1;
    for (std::uint32_t i = 0; i < count; ++i) (*positions)[i] = words[i] & mask;
    return true;
  }
  const auto pair = PairOf(token);
  if (!pair) return false;
  std::uint32_t position = pair->start;
  for (std::uint32_t& out : *positions) {
    out = position;
    position += pair->step;
    if (position >= bits_) position -= bits_;
  }
  return true;
}

bool PositionSource::MayRemember(std::size_t bytes) {
  if (remembered_bytes_ + bytes > kMaxRememberedBytes) return false;
  remembered_bytes_ += bytes;
  return true;
}

std::span<const std::uint16_t> PositionSource::WordsOf(std::string_view token, std::size_t blocks) {
  const auto known = words_.find(token);
  // A token that comes back in a shorter value may be inserted more often than before.
  if (known != words_.end() && known->second.size() >= blocks * kWordsInBlock) return known->second;
  DeriveWords(token, blocks, &latest_);
  const std::size_t word_bytes = latest_.size() * sizeof(std::uint16_t);
  if (known != words_.end()) {
    if (MayRemember(word_bytes)) known->second = latest_;
  } else if (MayRemember(kEntryBytes + token.size() + word_bytes)) {
    words_.emplace(token, latest_);
  }
  return latest_;
}

void PositionSource::DeriveWords(std::string_view token, std::size_t blocks, Words* words) {
  words->clear();
  for (std::size_t block = 0; block < blocks; ++block) {
    const crypto::KeyedBlake2b::Digest digest = (*blake_)(Bytes(token), SaltOf(block));
    for (std::size_t at = 0; at < digest.size(); at += 2) {
      words->push_back(static_cast<std::uint16_t>(digest[at] | digest[at + 1] << 8));
    }
  }
}

std::optional<PositionSource::Pair> PositionSource::PairOf(std::string_view token) {
  if (const auto known = pairs_.find(token); known != pairs_.end()) return known->second;
  const auto pair = DerivePair(token);
  if (pair && MayRemember(kEntryBytes + token.size() + sizeof(Pair))) pairs_.emplace(token, *pair);
  return pair;
}

std::optional<PositionSource::Pair> PositionSource::DerivePair(std::string_view token) {
  // Code points from here on have no UTF-8 form, so that clkhash gives up.
  constexpr char32_t kFirstSurrogate = 0xD800;
  Pair pair{Modulo((*sha1_)(Bytes(token)), bits_), Modulo((*md5_)(Bytes(token)), bits_)};
  if (kind_ == HashKind::kDouble) return pair;
  for (char32_t c = 0; pair.step == 0; ++c) {
    if (c == kFirstSurrogate) return std::nullopt;
    extended_ = token;
    AppendUtf8(c, &extended_);
    pair.step = Modulo((*md5_)(Bytes(extended_)), bits_);
  }
  return pair;
}

}  // namespace musubi::clkhash
