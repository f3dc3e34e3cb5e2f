#include "crypto/secure_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <utility>

#include "core/check.h"

namespace musubi::crypto {
namespace {

constexpr std::size_t kMaxSecretBytes = 4096;

// The secure heap: a study's secret and subkeys take a few KiB. OpenSSL puts its private keys here
// too. Powers of two, as CRYPTO_secure_malloc_init requires.
constexpr std::size_t kLargestHeapBytes = std::size_t{1} << 20;
constexpr std::size_t kSmallestHeapBytes = std::size_t{64} << 10;
constexpr std::size_t kSmallestBlockBytes = 32;

// Whether the system lets this process lock `size` more bytes, found out by doing it: the limit
// (RLIMIT_MEMLOCK) alone does not tell, since it counts memory locked elsewhere and binds no one
// with CAP_IPC_LOCK.
bool CanLock(std::size_t size) {
  void* const probe =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return false;
  const bool locked = mlock2(probe, size, MLOCK_ONFAULT) == 0;  // as OpenSSL does
  munmap(probe, size);
  return locked;
}

// The largest heap that can be locked, or 0.
std::size_t LargestLockableHeap() {
  for (std::size_t size = kLargestHeapBytes; size >= kSmallestHeapBytes; size /= 2) {
    if (CanLock(size)) return size;
  }
  return 0;
}

// Returns whether the heap is locked.
bool SetUpSecureHeap() {
  const std::size_t lockable = LargestLockableHeap();
  const int outcome =
      CRYPTO_secure_malloc_init(lockable != 0 ? lockable : kSmallestHeapBytes, kSmallestBlockBytes);
  // 1: done. 2: done, but a guard page, the lock or the exclusion from core dumps was refused; only
  // the lock may be, and only where the system forbids it. 0: no heap, or it was set up by someone
  // else, who may not have locked it.
  constexpr int kProtected = 1;
  constexpr int kUnprotected = 2;
  MUSUBI_CHECK(outcome == kProtected || (outcome == kUnprotected && lockable == 0));
  return outcome == kProtected;
}

}  // namespace

bool SecretsAreLocked() {
  static const bool kLocked = SetUpSecureHeap();
  return kLocked;
}

SecureBytes::SecureBytes(std::size_t size) : size_(size) {
  MUSUBI_CHECK(size > 0 && size <= kMaxSecretBytes);
  SecretsAreLocked();  // sets up the heap; without it OpenSSL would use ordinary memory
  data_ = static_cast<std::uint8_t*>(OPENSSL_secure_zalloc(size));
  MUSUBI_CHECK(data_ != nullptr && CRYPTO_secure_allocated(data_) == 1);
}

SecureBytes::~SecureBytes() { OPENSSL_secure_clear_free(data_, size_); }

SecureBytes::SecureBytes(SecureBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecureBytes& SecureBytes::operator=(SecureBytes&& other) noexcept {
  if (this != &other) {
    OPENSSL_secure_clear_free(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

}  // namespace musubi::crypto
