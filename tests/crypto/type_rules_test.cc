// What the types of secrets do not allow. The compiler is the test: this file builds or it fails.
#include <gtest/gtest.h>

#include <compare>
#include <concepts>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>

#include "crypto/hmac.h"
#include "crypto/linkage_secret.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

template <typename T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
}
|| requires(const T& a, const T& b) { a != b; }
|| requires(const T& a, const T& b) { a < b; };

template <typename T>
concept Hashable = requires(const T& value) {
  std::hash<T>{}(value);
};

template <typename T>
concept Hexable = requires(const T& value) {
  ToHex(value);
};

template <typename T>
concept MoveOnly = std::is_nothrow_move_constructible_v<T> &&
                   std::is_nothrow_move_assignable_v<T> && !std::is_copy_constructible_v<T> &&
                   !std::is_copy_assignable_v<T>;

// Nothing that a mistyped expression could show, test or keep.
template <typename T>
concept Secret =
    MoveOnly<T> && !Streamable<T> && !Comparable<T> && !Hashable<T> && !Hexable<T> &&
    !std::convertible_to<T, bool> && !std::convertible_to<T, std::string> &&
    !std::convertible_to<T, std::span<const std::uint8_t>> && !std::is_default_constructible_v<T>;

static_assert(Secret<SecureBytes>);
static_assert(Secret<LinkageSecret>);
static_assert(Secret<Hmac>);

// Only Generate and Load make a linkage secret; nothing hands out its bytes.
template <typename T>
concept ShowsBytes = requires(const T& value) {
  value.bytes();
};
static_assert(!std::constructible_from<LinkageSecret, SecureBytes>);
static_assert(!std::constructible_from<LinkageSecret, std::span<const std::uint8_t>>);
static_assert(!ShowsBytes<LinkageSecret>);
static_assert(!std::convertible_to<std::size_t, SecureBytes>);

// The concepts tell the difference.
static_assert(Streamable<int> && Comparable<int> && Hashable<int> && Hexable<Digest256>);
static_assert(ShowsBytes<SecureBytes> && !MoveOnly<std::string> && !Secret<std::string>);

TEST(TypeRulesTest, HoldBecauseThisFileCompiles) { SUCCEED(); }

}  // namespace
}  // namespace musubi::crypto
