// How fast one processor seals content into a package and opens it again, and in how much memory;
// beside OpenSSL's AES-256-GCM and SHA-256 and a plain write, on the same machine. Prints a JSON
// line.
//
//   package_bench FOLDER [MIB [TIMES]]     MIB of content: 1024; TIMES: 5. FOLDER is for files of
//                                          twice that size, which are removed
#include <openssl/evp.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/check.h"
#include "core/exec_context.h"
#include "crypto/certificate.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/hidden_file.h"
#include "storage/sealed_package.h"

namespace musubi {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Json = nlohmann::json;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::int64_t kNow = 1796040000;  // 2026-11-30T12:00:00Z
constexpr std::int64_t kYear = 365 * 86400;

template <typename T>
T OrExit(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << "package_bench: " << result.error().message << "\n";
  std::exit(static_cast<int>(result.error().code));
}

void OrExit(const Status& status) {
  if (status.ok()) return;
  std::cerr << "package_bench: " << status.error().message << "\n";
  std::exit(static_cast<int>(status.error().code));
}

class StoppedClock : public Clock {
 public:
  std::int64_t UnixSeconds() override { return kNow; }
};

// What this process has used of a processor until now.
struct ProcessorSeconds {
  double user = 0;
  double system = 0;  // in the kernel: files, memory
};

ProcessorSeconds UsedUntilNow() {
  rusage usage{};
  MUSUBI_CHECK(::getrusage(RUSAGE_SELF, &usage) == 0);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

// The most memory that this process had since ForgetPeak, in MiB: proc(5), VmHWM and clear_refs.
double PeakMib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  double kib = 0;
  while (status >> word && word != "VmHWM:") {
  }
  status >> kib;
  return kib / 1024;
}

void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// What the runs of one piece of work took.
class Taken {
 public:
  template <typename Work>
  void Time(const Work& work) {
    ForgetPeak();
    const ProcessorSeconds before = UsedUntilNow();
    const auto start = std::chrono::steady_clock::now();
    work();
    wall_.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    const ProcessorSeconds after = UsedUntilNow();
    user_.push_back(after.user - before.user);
    processor_.push_back(user_.back() + after.system - before.system);
    peak_mib_ = std::max(peak_mib_, PeakMib());
  }

  // Of the medians: 10^6 bytes by the clock, by the time of the one processor, and by that part of
  // it that the kernel did not take.
  Json ToJson(std::uint64_t bytes) const {
    const double megabytes = static_cast<double>(bytes) / 1e6;
    return {{"mb_per_second", megabytes / Median(wall_)},
            {"mb_per_processor_second", megabytes / Median(processor_)},
            {"mb_per_user_second", megabytes / Median(user_)},
            {"peak_mib", peak_mib_}};
  }

 private:
  static double Median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
  }

  std::vector<double> wall_;
  std::vector<double> user_;
  std::vector<double> processor_;
  double peak_mib_ = 0;
};

class PackageBench {
 public:
  PackageBench(std::filesystem::path folder, std::uint64_t bytes)
      : folder_(std::move(folder)), bytes_(bytes), piece_(kPieceBytes) {
    std::mt19937_64 random(1);
    for (std::uint8_t& byte : piece_) byte = static_cast<std::uint8_t>(random());
    context_.random = &random_;
    context_.clock = &clock_;
  }

  Json Run(int times) {
    Taken seal, open, gcm, sha256, write;
    for (int i = 0; i < times; ++i) {
      // Each after a write of as much: a virtual machine is given its memory at the first touch,
      // which takes it longer than the cipher.
      write.Time([this] { Write(); });
      seal.Time([this] { Seal(); });
      write.Time([this] { Write(); });
      open.Time([this] { Open(); });
      std::filesystem::remove(Package());
      gcm.Time([this] { Gcm(); });
      sha256.Time([this] { Sha256(); });
    }
    return {{"content_bytes", bytes_},           {"times", times},
            {"seal", seal.ToJson(bytes_)},       {"open", open.ToJson(bytes_)},
            {"aes_256_gcm", gcm.ToJson(bytes_)}, {"sha256", sha256.ToJson(bytes_)},
            {"write", write.ToJson(bytes_)}};
  }

 private:
  static crypto::Identity IdentityFor(crypto::Role role, const std::string& name) {
    crypto::SystemRandom random;
    auto key = OrExit(crypto::KeyPair::Generate());
    auto certificate = OrExit(
        crypto::Certificate::SelfSigned(key, {role, name, kNow - kYear, kNow + kYear}, random));
    return OrExit(crypto::Identity::Of(std::move(key), std::move(certificate), name));
  }

  std::filesystem::path Package() const { return folder_ / "package_bench.pkg"; }

  // Gives `take` the whole content, piece by piece.
  template <typename Take>
  void EachPiece(const Take& take) const {
    for (std::uint64_t left = bytes_; left > 0;) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceBytes));
      take(std::span(piece_).first(count));
      left -= count;
    }
  }

  void Seal() {
    storage::PackageRequest request;
    request.sender = &holder_;
    request.recipient = &unit_.certificate();
    request.folder = folder_;
    request.clearance.emplace().passed.emplace();
    auto out = OrExit(storage::AtomicFile::Create(Package(), storage::Overwrite::kRefuse, 0644));
    auto writer = OrExit(storage::PackageWriter::Create(request, context_));
    EachPiece([&writer](std::span<const std::uint8_t> piece) { OrExit(writer.Write(piece)); });
    OrExit(writer.Finish(&out));
    OrExit(out.Commit());
  }

  // As import does: into a file without a name.
  void Open() {
    storage::PackageExpectation expectation;
    expectation.senders = std::span(&holder_.certificate(), 1);
    expectation.recipient = unit_.certificate().fingerprint();
    auto reader = OrExit(storage::PackageReader::Open(Package(), expectation, context_));
    auto hidden = OrExit(storage::HiddenFile::Create(folder_));
    OrExit(reader.Read(
        unit_, [&hidden](std::span<const std::uint8_t> bytes) { return hidden.Write(bytes); },
        context_));
    MUSUBI_CHECK(hidden.size() == bytes_);
  }

  // What the system takes for each time that so much is written: twice by Seal, once by Open.
  void Write() const {
    auto hidden = OrExit(storage::HiddenFile::Create(folder_));
    EachPiece([&hidden](std::span<const std::uint8_t> piece) { OrExit(hidden.Write(piece)); });
  }

  void Gcm() const {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const std::array<std::uint8_t, 32> key{1};
    const std::array<std::uint8_t, 12> nonce{2};
    MUSUBI_CHECK(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.data(), nonce.data(),
                                     nullptr) == 1);
    Bytes sealed(kPieceBytes);
    EachPiece([&](std::span<const std::uint8_t> piece) {
      int size = 0;
      MUSUBI_CHECK(EVP_EncryptUpdate(context.get(), sealed.data(), &size, piece.data(),
                                     static_cast<int>(piece.size())) == 1);
    });
  }

  void Sha256() const {
    crypto::Sha256Stream digest;
    EachPiece([&digest](std::span<const std::uint8_t> piece) { digest.Update(piece); });
    MUSUBI_CHECK(digest.Finish() != crypto::Digest256{});
  }

  const std::filesystem::path folder_;
  const std::uint64_t bytes_;
  Bytes piece_;
  crypto::SystemRandom random_;
  StoppedClock clock_;
  ExecContext context_;
  const crypto::Identity holder_ = IdentityFor(crypto::Role::kHolder, "holder");
  const crypto::Identity unit_ = IdentityFor(crypto::Role::kUnit, "unit");
};

}  // namespace
}  // namespace musubi

int main(int argc, char** argv) {
  const long long mib = argc > 2 ? std::atoll(argv[2]) : 1024;
  const int times = argc > 3 ? std::atoi(argv[3]) : 5;
  if (argc < 2 || argc > 4 || mib < 1 || times < 1) {
    std::cerr << "usage: package_bench FOLDER [MIB [TIMES]]\n";
    return 64;
  }
  musubi::PackageBench bench(argv[1], static_cast<std::uint64_t>(mib) << 20);
  std::cout << bench.Run(times) << "\n";
  return 0;
}
