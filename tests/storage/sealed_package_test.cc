// Packages that are good, and who may open them.
#include "storage/sealed_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "core/utc_time.h"
#include "storage/hidden_file.h"
#include "tests/storage/package_samples.h"

namespace musubi::storage {
namespace {

using crypto::Alpha;
using crypto::Beta;
using crypto::kDaySeconds;
using crypto::kNoon;
using crypto::Unit;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SealedPackageTest, ContentOfAnyLengthComesBack) {
  const ScratchFolder folder;
  constexpr std::size_t kSegment = kSampleSegmentBytes;
  for (const std::size_t size : {std::size_t{1}, kSegment - 1, kSegment, kSegment + 1, 2 * kSegment,
                                 2 * kSegment + 1, std::size_t{12345}}) {
    const Bytes content = SampleContent(size);
    const PackageManifest manifest =
        WritePackage(folder / "x.pkg", content, SampleRequest(folder.path()));
    EXPECT_EQ(manifest.parts.size(), (size + kSegment - 1) / kSegment);
    Bytes opened;
    const Status status = ReadPackage(folder / "x.pkg", SampleExpectation(), Unit(), &opened);
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_EQ(opened, content);
    EXPECT_EQ(folder.Names(), std::set<std::string>{"x.pkg"});
  }
}

// Written in pieces of any size, two and a bit of the largest segments.
TEST(SealedPackageTest, LargeContentComesBackFromFullSegments) {
  const ScratchFolder folder;
  const Bytes content = SampleContent(2 * crypto::kMaxCmsBytes + 4321);
  PackageRequest request = SampleRequest(folder.path());
  request.segment_bytes = crypto::kMaxCmsBytes;
  At now;
  AtomicFile out = AtomicFile::Create(folder / "x.pkg", Overwrite::kRefuse, 0644).value();
  PackageWriter writer = PackageWriter::Create(request, now.context()).value();
  std::size_t step = 1;
  for (std::size_t at = 0; at < content.size(); at += step) {
    step = std::min(step * 3 % 1'000'003 + 1, content.size() - at);
    ASSERT_TRUE(writer.Write(std::span(content).subspan(at, step)).ok());
  }
  ASSERT_TRUE(writer.Finish(&out).ok());
  EXPECT_EQ(folder.Names().count("x.pkg"), 0U);  // not before it is committed
  ASSERT_TRUE(out.Commit().ok());
  Bytes opened;
  ASSERT_TRUE(ReadPackage(folder / "x.pkg", SampleExpectation(), Unit(), &opened).ok());
  EXPECT_TRUE(opened == content);
}

TEST(SealedPackageTest, ManifestSaysWhatItIs) {
  const ScratchFolder folder;
  const PackageManifest written =
      WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  EXPECT_TRUE(LooksLikePackage(folder / "x.pkg"));
  const auto shown = ReadUnverifiedManifest(folder / "x.pkg");
  ASSERT_TRUE(shown.ok()) << shown.error().message;
  EXPECT_EQ(PackageManifestText(shown.value()), PackageManifestText(written));
  EXPECT_EQ(written.created, kNoon);
  EXPECT_EQ(written.sender, Alpha().certificate().fingerprint());
  EXPECT_EQ(written.recipient, Unit().certificate().fingerprint());
  EXPECT_EQ(written.contract, SampleContract());
  EXPECT_EQ(written.content_sha256, crypto::Sha256(SampleContent()));
  EXPECT_FALSE(written.id.is_none());

  At now;
  const auto reader = PackageReader::Open(folder / "x.pkg", SampleExpectation(), now.context());
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.value().sender(), Alpha().certificate());
  EXPECT_EQ(reader.value().manifest().id, written.id);
}

TEST(SealedPackageTest, NoTwoPackagesOfOneContentAreAlike) {
  const ScratchFolder folder;
  const auto first = WritePackage(folder / "1", SampleContent(), SampleRequest(folder.path()));
  const auto second = WritePackage(folder / "2", SampleContent(), SampleRequest(folder.path()));
  EXPECT_NE(first.id, second.id);
  EXPECT_NE(first.parts[0].sha256, second.parts[0].sha256);
}

TEST(SealedPackageTest, EveryKindIsTakenAsItselfOnly) {
  const ScratchFolder folder;
  constexpr PackageKind kKinds[] = {PackageKind::kEncoding, PackageKind::kMap,
                                    PackageKind::kPayload,  PackageKind::kWithdrawal,
                                    PackageKind::kReceipt,  PackageKind::kSecret};
  for (const PackageKind kind : kKinds) {
    PackageRequest request = SampleRequest(folder.path());
    request.kind = kind;
    if (kind != PackageKind::kEncoding) request.clearance.reset();
    WritePackage(folder / "x.pkg", SampleContent(), request);
    for (const PackageKind taken : kKinds) {
      PackageExpectation expectation = SampleExpectation();
      expectation.kind = taken;
      Bytes opened;
      const Status status = ReadPackage(folder / "x.pkg", expectation, Unit(), &opened);
      ASSERT_EQ(status.ok(), kind == taken);
      if (status.ok()) continue;
      EXPECT_EQ(status.error().code, ErrorCode::kRefused);
      EXPECT_THAT(status.error().message, HasSubstr(std::string(NameOf(kind))));
      EXPECT_THAT(opened, IsEmpty());
    }
  }
}

TEST(SealedPackageTest, TheFirstRefusalOfEachClaimSaysWhatToDo) {
  const ScratchFolder folder;
  WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  At now;
  const auto refusal = [&](const PackageExpectation& expectation, At* at) {
    const auto reader = PackageReader::Open(folder / "x.pkg", expectation, at->context());
    EXPECT_FALSE(reader.ok());
    return reader.ok() ? Error{ErrorCode::kInternal, "accepted"} : reader.error();
  };

  PackageExpectation no_one = SampleExpectation();
  no_one.senders = {};
  EXPECT_EQ(refusal(no_one, &now).code, ErrorCode::kRefused);
  EXPECT_THAT(refusal(no_one, &now).message, HasSubstr("none of the certificates that you trust"));

  PackageExpectation to_alpha = SampleExpectation();
  to_alpha.recipient = Alpha().certificate().fingerprint();
  EXPECT_EQ(refusal(to_alpha, &now).code, ErrorCode::kRefused);
  EXPECT_THAT(refusal(to_alpha, &now).message, HasSubstr("ask the sender to seal it to yours"));

  PackageExpectation from_unit = SampleExpectation();
  from_unit.sender_role = crypto::Role::kUnit;
  EXPECT_THAT(refusal(from_unit, &now).message, HasSubstr("only a unit sends"));

  PackageExpectation other_contract = SampleExpectation();
  other_contract.contract->fill(0x12);
  EXPECT_EQ(refusal(other_contract, &now).code, ErrorCode::kContract);
  EXPECT_THAT(refusal(other_contract, &now).message, HasSubstr("1212"));

  At later(kNoon + 366 * kDaySeconds);
  EXPECT_EQ(refusal(SampleExpectation(), &later).code, ErrorCode::kRefused);
  EXPECT_THAT(refusal(SampleExpectation(), &later).message, HasSubstr("under a new certificate"));
}

// A clock that is behind cannot make a package unreadable; only its own claims and an end can.
TEST(SealedPackageTest, AReceiversClockMayBeBehind) {
  const ScratchFolder folder;
  WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  At earlier(kNoon - 3650 * kDaySeconds);
  EXPECT_TRUE(PackageReader::Open(folder / "x.pkg", SampleExpectation(), earlier.context()).ok());
}

TEST(SealedPackageTest, NothingIsSealedOutsideAValidity) {
  const ScratchFolder folder;
  for (const std::int64_t now : {kNoon - 2 * kDaySeconds, kNoon + 366 * kDaySeconds}) {
    At at(now);
    const auto writer = PackageWriter::Create(SampleRequest(folder.path()), at.context());
    ASSERT_FALSE(writer.ok());
    EXPECT_EQ(writer.error().code, ErrorCode::kRefused);
    EXPECT_THAT(writer.error().message, HasSubstr("certificate of alpha"));
    EXPECT_THAT(writer.error().message, HasSubstr(FormatUtc(now)));
  }
  const crypto::Certificate old = crypto::CertificateFor(
      Unit().key(), crypto::Role::kUnit, "old-unit", kNoon - 9 * kDaySeconds, kNoon - 1);
  PackageRequest request = SampleRequest(folder.path());
  request.recipient = &old;
  At at;
  const auto writer = PackageWriter::Create(request, at.context());
  ASSERT_FALSE(writer.ok());
  EXPECT_THAT(writer.error().message, HasSubstr("certificate of old-unit"));
}

TEST(SealedPackageTest, StopsWhenToldTo) {
  const ScratchFolder folder;
  WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  const std::atomic<bool> stop = true;
  At now;
  ExecContext stopped = now.context();
  stopped.stop = &stop;
  EXPECT_EQ(PackageReader::Open(folder / "x.pkg", SampleExpectation(), stopped).error().code,
            ErrorCode::kInterrupted);
  PackageReader reader =
      PackageReader::Open(folder / "x.pkg", SampleExpectation(), now.context()).value();
  const ByteSink nowhere = [](std::span<const std::uint8_t> /*bytes*/) -> Status { return {}; };
  EXPECT_EQ(reader.Read(Unit(), nowhere, stopped).error().code, ErrorCode::kInterrupted);
  PackageWriter writer = PackageWriter::Create(SampleRequest(folder.path()), stopped).value();
  EXPECT_EQ(writer.Write(SampleContent()).error().code, ErrorCode::kInterrupted);
}

// The disk fills at every stage: no package, no hidden file, the system's reason.
TEST(SealedPackageTest, AFullDiskLeavesNothing) {
  const ScratchFolder folder;
  for (const rlim_t bytes : {0U, 700U, 1400U, 3000U}) {
    At now;
    AtomicFile out = AtomicFile::Create(folder / "x.pkg", Overwrite::kRefuse, 0644).value();
    PackageWriter writer =
        PackageWriter::Create(SampleRequest(folder.path()), now.context()).value();
    const FailingDisk disk(bytes);
    Status status = writer.Write(SampleContent());
    if (status.ok()) {
      const auto finished = writer.Finish(&out);
      status = finished.ok() ? out.Commit() : Status(finished.error());
    }
    ASSERT_FALSE(status.ok()) << bytes;
    EXPECT_EQ(status.error().code, ErrorCode::kIo);
    EXPECT_EQ(folder.Names().count("x.pkg"), 0U);
  }
  EXPECT_THAT(folder.Names(), IsEmpty());
}

// What changes between the look at the digests and the decryption is noticed.
TEST(SealedPackageTest, AFileThatChangesWhileItIsReadIsRefused) {
  const ScratchFolder folder;
  WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  At now;
  PackageReader reader =
      PackageReader::Open(folder / "x.pkg", SampleExpectation(), now.context()).value();
  std::fstream file(folder / "x.pkg", std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto last_segment = static_cast<std::streamoff>(file.tellg()) - 1024 - 512;
  file.seekp(last_segment);
  file.put('\xff');
  file.close();
  Bytes opened;
  const Status status = reader.Read(
      Unit(),
      [&](std::span<const std::uint8_t> bytes) -> Status {
        opened.insert(opened.end(), bytes.begin(), bytes.end());
        return {};
      },
      now.context());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kBadData);
  EXPECT_THAT(status.error().message, HasSubstr("was changed while it was read"));
}

// The commands of docs/formats/package.md.
TEST(SealedPackageTest, StockOpenSslOpensEveryPart) {
  const ScratchFolder folder;
  const Bytes content = SampleContent();
  WritePackage(folder / "x.pkg", content, SampleRequest(folder.path()));
  ASSERT_TRUE(Unit().key().Save(folder / "unit.key", nullptr, false).ok());
  std::ofstream(folder / "unit.crt") << Unit().certificate().Pem();
  std::ofstream(folder / "alpha.crt") << Alpha().certificate().Pem();
  const std::string script =
      "cd " + folder.path().string() +
      " && tar xf x.pkg"
      " && openssl cms -verify -binary -inform DER -in manifest.cms -certfile alpha.crt -nointern"
      " -noverify -out manifest.json 2>/dev/null"
      " && for part in segment-*.cms; do openssl cms -decrypt -binary -inform DER -in $part"
      " -recip unit.crt -inkey unit.key || exit 1; done >content"
      " && sha256sum <content | cut -c1-64 >sum && grep -q $(cat sum) manifest.json";
  ASSERT_EQ(std::system(script.c_str()), 0);
  std::ifstream opened(folder / "content", std::ios::binary);
  EXPECT_EQ(Bytes(std::istreambuf_iterator<char>(opened), {}), content);
}

TEST(HiddenFileTest, HasNoNameAndGivesBackItsBytes) {
  const ScratchFolder folder;
  HiddenFile file = HiddenFile::Create(folder.path()).value();
  ASSERT_TRUE(file.Write(crypto::Text("first ")).ok());
  ASSERT_TRUE(file.Write(crypto::Text("second")).ok());
  EXPECT_EQ(file.size(), 12U);
  EXPECT_THAT(folder.Names(), IsEmpty());
  Bytes middle(5);
  ASSERT_TRUE(file.ReadAt(4, middle).ok());
  EXPECT_EQ(middle, crypto::Text("t sec"));
  const FileDescriptor taken = std::move(file.Take()).value();
  Bytes whole(20);
  EXPECT_EQ(ReadFully(taken, "hidden", whole).value(), 12U);
  EXPECT_EQ(HiddenFile::Create(folder / "missing").error().code, ErrorCode::kIo);
}

TEST(HiddenFileTest, ReservesSpaceOrSaysThatThereIsNone) {
  const ScratchFolder folder;
  HiddenFile file = HiddenFile::Create(folder.path()).value();
  ASSERT_TRUE(file.Reserve(std::size_t{1} << 20).ok());
  EXPECT_EQ(file.size(), 0U);
  const Status none = file.Reserve(std::uint64_t{1} << 60);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kIo);
  EXPECT_THAT(none.error().message, HasSubstr("cannot reserve space"));
  const FileDescriptor taken = std::move(file.Take()).value();
  struct stat info {};
  ASSERT_EQ(::fstat(taken.get(), &info), 0);
  EXPECT_GE(info.st_blocks * 512, 1 << 20);
}

TEST(HiddenFileTest, GivesBackTheSpaceOfWhatIsReleased) {
  const ScratchFolder folder;
  HiddenFile file = HiddenFile::Create(folder.path()).value();
  constexpr std::size_t kMany = std::size_t{1} << 20;
  ASSERT_TRUE(file.Write(Bytes(kMany, 1)).ok());
  ASSERT_TRUE(file.Write(crypto::Text("rest")).ok());
  file.Release(0, kMany);
  Bytes rest(5);
  ASSERT_TRUE(file.ReadAt(kMany - 1, rest).ok());
  EXPECT_EQ(rest, Bytes(1) + crypto::Text("rest"));
  const FileDescriptor taken = std::move(file.Take()).value();
  struct stat info {};
  ASSERT_EQ(::fstat(taken.get(), &info), 0);
  EXPECT_EQ(info.st_size, kMany + 4);
  EXPECT_LT(info.st_blocks * 512, kMany / 2);
}

}  // namespace
}  // namespace musubi::storage
