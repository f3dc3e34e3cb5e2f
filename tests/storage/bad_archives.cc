#include "tests/storage/bad_package_maker.h"

namespace musubi::storage {
namespace {

using crypto::Text;

// Archives that no writer of packages writes.
class ArchiveMaker : public BadPackageMaker {
 public:
  std::vector<BadPackage> Make() {
    Cuts();
    Tails();
    Orders();
    Names();
    Types();
    Headers();
    Paddings();
    return std::move(made_);
  }

 private:
  void Cuts() {
    Add("empty file", {}, kBad, "not a tar archive");
    Add("one byte", First(package_, 1), kBad, "not a tar archive");
    Add("zeros only", Bytes(10240), kBad, "no header of manifest.cms");
    Add("a text", Text("this is no package at all\n"), kBad, "not a tar archive");
    Add("half a header", First(package_, 256), kBad, "not a tar archive");
    Add("only the first header", First(package_, 512), kBad, "truncated");
    Add("cut in the manifest", First(package_, 700), kBad, "truncated");
    std::size_t at = 512 + (signed_.size() + 511) / 512 * 512;
    for (std::size_t i = 0; i < pieces_.segments.size(); ++i) {
      const std::string name = SegmentName(i);
      Add("cut before " + name, First(package_, at), kBad, "no header of " + name);
      Add("cut in the header of " + name, First(package_, at + 100), kBad, name);
      Add("cut after the header of " + name, First(package_, at + 512), kBad, "truncated");
      Add("cut in " + name, First(package_, at + 600), kBad, "truncated");
      at += 512 + (pieces_.segments[i].size() + 511) / 512 * 512;
    }
    Add("no end", First(package_, package_.size() - 1024), kBad, "truncated");
    Add("half an end", First(package_, package_.size() - 512), kBad, "truncated");
    Add("an end that lacks a byte", First(package_, package_.size() - 1), kBad, "truncated");
  }

  void Tails() {
    Add("a byte more", package_ + Bytes(1), kBad, "bytes after its end");
    Add("a block more", package_ + Bytes(512), kBad, "bytes after its end");
    Add("padded to a tape's block", package_ + Bytes(10240 - package_.size() % 10240), kBad,
        "bytes after its end");
    Add("a package after it", package_ + package_, kBad, "bytes after its end");
    Add("a line after it", package_ + Text("\n"), kBad, "bytes after its end");
    Bytes end = package_;
    end[end.size() - 1024] = 1;
    Add("an end that is not zero", end, kBad, "should be zero");
    end = package_;
    end.back() = 0x80;
    Add("a last byte that is not zero", end, kBad, "should be zero");
  }

  void Orders() {
    const std::vector<TarMember> good = Good();
    const auto order = [&](const std::string& name, const std::vector<std::size_t>& indices,
                           const std::string& reason) {
      std::vector<TarMember> members;
      for (const std::size_t index : indices) members.push_back(good[index]);
      AddMembers(name, members, reason);
    };
    order("no member", {}, "no header of manifest.cms");
    order("no manifest", {1, 2, 3}, "does not have manifest.cms");
    order("manifest last", {1, 2, 3, 0}, "does not have manifest.cms");
    order("manifest second", {1, 0, 2, 3}, "does not have manifest.cms");
    order("manifest only", {0}, "no header of segment-000000.cms");
    order("no first segment", {0, 2, 3}, "does not have segment-000000.cms");
    order("no second segment", {0, 1, 3}, "does not have segment-000001.cms");
    order("no last segment", {0, 1, 2}, "no header of segment-000002.cms");
    order("segments 1 and 2 exchanged", {0, 1, 3, 2}, "does not have segment-000001.cms");
    order("segments 0 and 1 exchanged", {0, 2, 1, 3}, "does not have segment-000000.cms");
    order("segments backwards", {0, 3, 2, 1}, "does not have segment-000000.cms");
    order("manifest twice at the start", {0, 0, 1, 2, 3}, "does not have segment-000000.cms");
    order("manifest again at the end", {0, 1, 2, 3, 0}, "should be zero");
    order("first segment twice", {0, 1, 1, 2, 3}, "does not have segment-000001.cms");
    order("second segment twice", {0, 1, 2, 2, 3}, "does not have segment-000002.cms");
    order("last segment twice", {0, 1, 2, 3, 3}, "should be zero");
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        if (i == j) continue;
        std::vector<TarMember> members = good;
        members[i + 1].bytes = good[j + 1].bytes;
        AddMembers(
            "bytes of segment " + std::to_string(j) + " under the name of " + std::to_string(i),
            members, SegmentName(i));
      }
    }
  }

  void Names() {
    for (const char* name :
         {"", "./manifest.cms", "/manifest.cms", "../manifest.cms", "a/manifest.cms",
          "manifest.CMS", "Manifest.cms", "manifest.json", "manifest.cms ", " manifest.cms",
          "manifest.cms.bak", "manifest", "MANIFEST.CMS"}) {
      std::vector<TarMember> members = Good();
      members[0].name = name;
      AddMembers(std::string("manifest named '") + name + "'", members, "manifest.cms");
    }
    for (const char* name :
         {"", "./segment-000000.cms", "/segment-000000.cms", "../segment-000000.cms",
          "../../etc/passwd", "segment-000000.CMS", "segment-00000.cms", "segment-0000000.cms",
          "segment-000001.cms", "segment-000003.cms", "segment-00000O.cms", "segment-000000.cms/x",
          "segments/000000.cms", "segment--00000.cms", "segment-000000.cm"}) {
      std::vector<TarMember> members = Good();
      members[1].name = name;
      AddMembers(std::string("segment named '") + name + "'", members, "segment-000000.cms");
    }
    for (const char* name : {"README", "../../../tmp/x", "/etc/passwd", "segment-000003.cms"}) {
      std::vector<TarMember> members = Good();
      members.push_back({name, Text("surplus")});
      AddMembers(std::string("after all a member ") + name, members, "should be zero");
      members = Good();
      members.insert(members.begin(), {name, Text("surplus")});
      AddMembers(std::string("before all a member ") + name, members, "does not have manifest.cms");
      members = Good();
      members.insert(members.begin() + 1, {name, Text("surplus")});
      AddMembers(std::string("after the manifest a member ") + name, members,
                 "does not have segment-000000.cms");
    }
    std::vector<TarMember> members = Good();
    members[0].prefix = "folder";
    AddMembers("manifest with a prefix", members, "manifest.cms");
  }

  void Types() {
    for (const char type : {'1', '2', '3', '4', '5', '6', '7', 'g', 'x', 'L', 'K', 'S', 'D', 'M',
                            'N', 'V', 'Z', '\0'}) {
      const std::string shown = type == '\0' ? "NUL" : std::string(1, type);
      for (const std::size_t index : {0U, 1U}) {
        std::vector<TarMember> members = Good();
        members[index].type = type;
        if (type == '1' || type == '2') members[index].link = "/etc/passwd";
        const bool renames = type == 'g' || type == 'L' || type == 'K';  // of the next member
        AddMembers(
            members[index].name + " of type " + shown, members,
            renames ? "its archive does not have " + members[index].name : "a sealed package");
      }
    }
  }

  void Headers() {
    const auto header = [&](const std::string& name, const std::string& of_manifest,
                            const std::string& of_segment,
                            const std::function<void(TarMember*)>& change) {
      for (const std::size_t index : {0U, 2U}) {
        std::vector<TarMember> members = Good();
        change(&members[index]);
        AddMembers(members[index].name + " with " + name, members,
                   index == 0 ? of_manifest : of_segment);
      }
    };
    const auto plain = [&](const std::string& name, const std::function<void(TarMember*)>& change) {
      header(name, "is not one of a sealed package", "is not one of a sealed package", change);
    };
    plain("mode 0600", [](TarMember* m) { m->mode = "000600 "; });
    plain("mode 0777", [](TarMember* m) { m->mode = "000777 "; });
    plain("a set-user-id mode", [](TarMember* m) { m->mode = "004644 "; });
    plain("an owner", [](TarMember* m) { m->uid = "001750 "; });
    plain("a group", [](TarMember* m) { m->gid = "001750 "; });
    plain("a user's name", [](TarMember* m) { m->user = "root"; });
    plain("a group's name", [](TarMember* m) { m->group = "root"; });
    plain("a time", [](TarMember* m) { m->mtime = "00000000001"; });
    plain("GNU's magic", [](TarMember* m) { m->magic = "ustar  "; });
    plain("no magic", [](TarMember* m) { m->magic = std::string(8, '\0'); });
    const std::string no_tar = "is not a tar archive";
    const std::string no_segment = "no header of segment-000001.cms";
    header("a wrong check sum", no_tar, no_segment,
           [](TarMember* m) { m->sum = std::string("000001\0 ", 8); });
    header("no check sum", no_tar, no_segment, [](TarMember* m) { m->sum = "        "; });
    plain("a check sum in another form", [](TarMember* m) {
      const Bytes right = HeaderOf(*m);
      m->sum = std::string(right.begin() + 148, right.begin() + 154) + "  ";
    });
    header("a size beyond the file", "truncated", "truncated",
           [](TarMember* m) { m->size = "00077777777 "; });
    header("the largest size", "truncated", "truncated",
           [](TarMember* m) { m->size = "77777777777 "; });
    header("a size of nothing", "not a SignedData", "has 0 bytes, but the manifest says",
           [](TarMember* m) { m->size = "00000000000 "; });
    header("a size that is no number", no_tar, "is not one of a sealed package",
           [](TarMember* m) { m->size = "XXXXXXXXXXX "; });
    header("a negative size", "no header of manifest.cms", no_segment,
           [](TarMember* m) { m->size = std::string(12, '\xff'); });
  }

  void Paddings() {
    for (std::size_t i = 0; i < 4; ++i) {
      std::vector<TarMember> members = Good();
      members[i].padding = 0x55;
      AddMembers("padding of " + members[i].name + " not zero", members, "should be zero");
    }
  }
};

}  // namespace

std::vector<BadPackage> BadArchives() { return ArchiveMaker().Make(); }

}  // namespace musubi::storage
