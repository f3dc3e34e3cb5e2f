#include "identity/address.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "japanese_fields.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250612;

// All of `writings` are one address.
void ExpectOne(std::initializer_list<std::string_view> writings, std::string_view joined) {
  for (const std::string_view raw : writings) EXPECT_EQ(Parsed(raw), joined) << raw;
}

TEST(AddressTest, ReadsChomeBanchiAndGoInEveryWriting) {
  ExpectOne(
      {"東京都千代田区霞が関一丁目２番２号", "千代田区霞ヶ関1-2-2",
       "東京都千代田区霞ケ関１ー２ー２", "東京都千代田区霞ガ関1丁目2-2",
       "東京都 千代田区 霞が関 一丁目 二番 二号", "東京都千代田区霞が関一－二－二",
       "東京千代田区霞が関1の2の2", "東京都千代田区霞カ関01-02-02",
       "〒100-0013 東京都千代田区霞が関1丁目2番2号", "〒1000013東京都千代田区霞が関1−2—2",
       "100-0013 東京都千代田区霞が関1‐2‐2", "日本、〒100-0013 東京都千代田区霞が関1丁目2番地2"},
      "東京都|千代田区|霞が関|1-2-2|");
}

TEST(AddressTest, KeepsWardsOfDesignatedCities) {
  ExpectOne({"大阪府大阪市北区梅田３丁目１−１", "大阪市北区梅田3丁目1番1号",
             "大阪府大阪市 北区梅田3-1-1"},
            "大阪府|大阪市北区|梅田|3-1-1|");
  ExpectOne({"愛知県名古屋市中村区名駅1-1", "愛知県中村区名駅1-1"},
            "愛知県|名古屋市中村区|名駅|1-1|");
  EXPECT_EQ(Parsed("大阪府北区梅田1-1"), "大阪府||北区梅田|1-1|") << "two cities have such a ward";
  EXPECT_EQ(Parsed("北区王子1-1"), "東京都|北区|王子|1-1|");
}

TEST(AddressTest, WritesNumberedStreetsOfHokkaidoInOneWay) {
  ExpectOne({"北海道札幌市中央区北一条西２丁目", "札幌市中央区北1条西2", "札幌市中央区北１西２",
             "札幌市中央区北一条西二丁目"},
            "北海道|札幌市中央区|北一条西|2|");
  ExpectOne({"札幌市北区北24条西6丁目1-1", "札幌市北区北二十四条西六丁目1番1号",
             "札幌市北区北二四条西6-1-1"},
            "北海道|札幌市北区|北二十四条西|6-1-1|");
  EXPECT_EQ(Parsed("札幌市西区24軒2条2丁目3番3号"), "北海道|札幌市西区|二十四軒二条|2-3-3|");
  EXPECT_EQ(Parsed("北海道上川郡東神楽町14号北1番地"), "北海道|東神楽町|十四号北|1|");
}

TEST(AddressTest, KeepsNumeralsOfNames) {
  EXPECT_EQ(Parsed("東京都港区三田1-2"), "東京都|港区|三田|1-2|");
  EXPECT_EQ(Parsed("東京都港区六本木六丁目10番1号"), "東京都|港区|六本木|6-10-1|");
  EXPECT_EQ(Parsed("東京都千代田区三番町2番地4"), "東京都|千代田区|三番町|2-4|");
  EXPECT_EQ(Parsed("和歌山県和歌山市12番丁45"), "和歌山県|和歌山市|十二番丁|45|");
  EXPECT_EQ(Parsed("東京都新宿区四谷1-2"), "東京都|新宿区|四谷|1-2|");
  EXPECT_EQ(Parsed("香川県丸亀市原田町字東三分一1926番地1"),
            "香川県|丸亀市|原田町東三分一|1926-1|");
  EXPECT_EQ(Parsed("愛知県豊田市西丹波町三五十"), "愛知県|豊田市|西丹波町三五十||");
  EXPECT_EQ(Parsed("埼玉県川口市安行藤八二丁目3番4号"), "埼玉県|川口市|安行藤八|2-3-4|");
  EXPECT_EQ(Parsed("名古屋市中区三の丸3-1-2"), "愛知県|名古屋市中区|三の丸|3-1-2|");
  EXPECT_EQ(Parsed("大阪府高槻市八丁西町8番21号"), "大阪府|高槻市|八丁西町|8-21|");
  ExpectOne({"東京都港区麻布十番2-3-4", "東京都港区麻布十番二丁目3番4号"},
            "東京都|港区|麻布十番|2-3-4|");
}

TEST(AddressTest, ReadsKanjiNumbersWhereAMarkFollows) {
  EXPECT_EQ(Parsed("京都市上京区主計町二番二号"), "京都府|京都市上京区|主計町|2-2|");
  EXPECT_EQ(Parsed("串本町串本千二百三十四"), "和歌山県|串本町|串本|1234|");
  EXPECT_EQ(Parsed("東京都港区芝公園四の二の八"), "東京都|港区|芝公園|4-2-8|");
  EXPECT_EQ(Parsed("大阪府堺市堺区南花田口町二丁3-10"), "大阪府|堺市堺区|南花田口町|2-3-10|");
  EXPECT_EQ(Parsed("岩手県花巻市十二丁目704"), "岩手県|花巻市||12-704|");
  ExpectOne({"石川県珠洲市上戸町北方1字6番地の2", "石川県珠洲市上戸町北方一字6-2"},
            "石川県|珠洲市|上戸町北方|1-6-2|");
}

TEST(AddressTest, ReadsLotsOfIwate) {
  ExpectOne({"岩手県久慈市旭町10地割1番地", "岩手県久慈市旭町第十地割1", "久慈市旭町10-1"},
            "岩手県|久慈市|旭町|10-1|");
  ExpectOne({"岩手県下閉伊郡普代村第１地割上村43-25", "普代村第一地割字上村43番地25"},
            "岩手県|普代村|第一地割上村|43-25|");
}

TEST(AddressTest, JoinsKanjiWithOneKana) {
  ExpectOne({"茨城県龍ケ崎市", "茨城県竜ヶ崎市", "茨城県龍が崎市", "竜ガ崎市"},
            "茨城県|竜が崎市|||");
  ExpectOne({"川崎市中原区井田中ノ町41", "川崎市中原区井田中之町41", "川崎市中原区井田中の町41"},
            "神奈川県|川崎市中原区|井田中の町|41|");
  ExpectOne({"横浜市瀬谷区三ツ境1", "横浜市瀬谷区三ッ境1", "横浜市瀬谷区三っ境1"},
            "神奈川県|横浜市瀬谷区|三ツ境|1|");
  ExpectOne({"東京都東村山市恩多町ひばりヶ丘1", "東京都東村山市恩多町ひばりが丘1"},
            "東京都|東村山市|恩多町ひばりが丘|1|");
  EXPECT_EQ(Parsed("長野県松本市ケヤキ1"), "長野県|松本市|ケヤキ|1|") << "joins nothing";
}

TEST(AddressTest, DropsDistrictsAzaAndRemarks) {
  ExpectOne(
      {"三重県三重郡菰野町大字大強原2796", "三重県菰野町大強原2796", "菰野町大強原２７９６番地"},
      "三重県|菰野町|大強原|2796|");
  EXPECT_EQ(Parsed("埼玉県川口市大字芝字宮根3938-5"), "埼玉県|川口市|芝宮根|3938-5|");
  EXPECT_EQ(Parsed("秋田県横手市十文字町字1"), "秋田県|横手市|十文字町|1|");
  ExpectOne({"東京都世田谷区粕谷4丁目8番以下未定", "東京都世田谷区粕谷4-8（地番）",
             "東京都世田谷区粕谷4-8-"},
            "東京都|世田谷区|粕谷|4-8|");
  EXPECT_EQ(Parsed("東京都三宅島三宅村阿古497"), "東京都|三宅村|阿古|497|");
  EXPECT_EQ(Parsed("網走市字三眺官有無番地"), "北海道|網走市|三眺官有||");
}

TEST(AddressTest, LeavesPrefectureOpenWhereTheTownDoesNotTell) {
  EXPECT_EQ(Parsed("府中市1-1-1"), "|府中市||1-1-1|");
  EXPECT_EQ(Parsed("東京都府中市1-1-1"), "東京都|府中市||1-1-1|");
  EXPECT_EQ(Parsed("広島県府中市1-1-1"), "広島県|府中市||1-1-1|");
  EXPECT_EQ(Parsed("日高町門別5"), "|日高町|門別|5|");
  EXPECT_EQ(Parsed("日高郡日高町小池5"), "和歌山県|日高町|小池|5|");
  EXPECT_EQ(Parsed("沙流郡日高町門別5"), "北海道|日高町|門別|5|");
}

TEST(AddressTest, ReadsPrefecturesWithoutTheirLastCharacter) {
  EXPECT_EQ(Parsed("千葉市川市八幡1丁目1番1号"), "千葉県|市川市|八幡|1-1-1|");
  EXPECT_EQ(Parsed("千葉市中央区弁天1-1"), "千葉県|千葉市中央区|弁天|1-1|");
  EXPECT_EQ(Parsed("岩手花巻市下似内1"), "岩手県|花巻市|下似内|1|");
  EXPECT_EQ(Parsed("福島石川郡石川町字長久保185-4"), "福島県|石川町|長久保|185-4|");
}

TEST(AddressTest, TakesFormerMunicipalitiesByTheirShape) {
  EXPECT_EQ(Parsed("静岡県清水市旭町6-8"), "静岡県|清水市|旭町|6-8|");
  EXPECT_EQ(Parsed("山梨県西八代郡上九一色村本栖1"), "山梨県|上九一色村|本栖|1|");
  EXPECT_EQ(Parsed("静岡県浜松市中区元城町103-2"), "静岡県|浜松市中区|元城町|103-2|");
  EXPECT_EQ(Parsed("静岡県浜松市浜名区貴布祢3000"), "静岡県|浜松市浜名区|貴布祢|3000|");
}

TEST(AddressTest, DropsWaysAlongTheStreetsOfKyoto) {
  ExpectOne({"京都府京都市中京区河原町二条下ル一之船入町537-50", "京都市中京区一之船入町537-50",
             "京都市中京区河原町通二条下る一ノ船入町537番地50"},
            "京都府|京都市中京区|一の船入町|537-50|");
  EXPECT_EQ(Parsed("京都市上京区寺町通今出川下る二丁目鶴山町3"), "京都府|京都市上京区|鶴山町|3|");
  EXPECT_EQ(Parsed("京都市上京区役人町中立売通堀川西入２６０番"),
            "京都府|京都市上京区|役人町|260|");
  EXPECT_EQ(Parsed("京都市下京区忠庵町柳馬場通松原下ル（忠庵町）316"),
            "京都府|京都市下京区|忠庵町|316|");
}

TEST(AddressTest, SplitsBuildingsFromNumbers) {
  EXPECT_EQ(Parsed("東京都港区芝1-2-3 〇〇マンション405"),
            "東京都|港区|芝|1-2-3|〇〇マンション405");
  EXPECT_EQ(Parsed("東京都港区芝1-2-3-405"), "東京都|港区|芝|1-2-3-405|");
  ExpectOne(
      {"東京都港区芝1-2-3-405号室", "東京都港区芝1-2-3 405号", "東京都港区芝一丁目2番3号405号室"},
      "東京都|港区|芝|1-2-3|405");
  ExpectOne({"東京都港区芝5丁目7番1号７階", "東京都港区芝5-7-1 7F"}, "東京都|港区|芝|5-7-1|7F");
  EXPECT_EQ(Parsed("東京都千代田区永田町1-4-1-レジデンス億万101"),
            "東京都|千代田区|永田町|1-4-1|レジデンス億万101");
  EXPECT_EQ(Parsed("東京都千代田区神田美土代町9番地7千代田21ビル7階"),
            "東京都|千代田区|神田美土代町|9-7|千代田21ビル7F");
  EXPECT_EQ(Parsed("川崎市川崎区駅前本町15番5十五番館ビル"),
            "神奈川県|川崎市川崎区|駅前本町|15-5|十五番館ビル");
  EXPECT_EQ(Parsed("那覇市小禄1丁目5番23号1丁目マンション301"),
            "沖縄県|那覇市|小禄|1-5-23|1丁目マンション301");
  EXPECT_EQ(Parsed("横浜市青葉区鴨志田町A棟802-5"), "神奈川県|横浜市青葉区|鴨志田町||A棟802-5");
}

TEST(AddressTest, KeepsLongMarksOfNamesApartFromDashes) {
  EXPECT_EQ(Parsed("富山県高岡市オフィスパーク1-1"), "富山県|高岡市|オフィスパーク|1-1|");
  EXPECT_EQ(Parsed("広島市西区商工センター六丁目9ー39"), "広島県|広島市西区|商工センター|6-9-39|");
}

TEST(AddressTest, KeepsWhatIsNoJapaneseAddress) {
  EXPECT_EQ(Parsed("10 Downing Street, London"), "||10DOWNINGSTREETLONDON||");
  EXPECT_EQ(Parsed("とうきょうとちよだくかすみがせき1ちょうめ2-2"),
            "||トウキョウトチヨダクカスミガセキ|1-2-2|");
  EXPECT_EQ(Parsed("ﾄｳｷｮｳﾄﾁﾖﾀﾞｸｶｽﾐｶﾞｾｷ1ﾁｮｳﾒ2ﾊﾞﾝﾁ2"), "||トウキョウトチヨダクカスミガセキ|1-2-2|");
  EXPECT_EQ(Parsed("1-2-3"), "|||1-2-3|");
}

TEST(AddressTest, CallsNotKnownMissing) {
  for (const std::string_view raw : {"", "　", "-", "不明", "住所不定", "住所不明", "n/a", "NULL",
                                     "なし", "〒", "()", "||||", "以下未定"}) {
    EXPECT_EQ(Parsed(raw), "") << raw;
  }
}

TEST(AddressTest, ReadsWhatItJoined) {
  EXPECT_EQ(Parsed("東京都|千代田区|霞ヶ関|1-2-2|"), "東京都|千代田区|霞が関|1-2-2|");
  EXPECT_EQ(Parsed("|千代田区|霞が関||101号室"), "東京都|千代田区|霞が関||101");
  EXPECT_EQ(Parsed("東京都|霞が関|1-2-2"), "東京都||霞が関|1-2-2|") << "bars are blanks otherwise";
  EXPECT_EQ(Parsed("東京都|パリ|x|1-2-2|"), "東京都||パリX|1-2-2|");
}

// Found by the fuzzer: the town was folded only once the building was left out.
TEST(AddressTest, FoldsATownOfAnotherCountryWhateverStandsBehindIt) {
  EXPECT_EQ(Parsed("||Café||"), "||CAFE||");
  EXPECT_EQ(Parsed("||Café||Apt 1"), "||CAFE||APT1");
  EXPECT_EQ(Parsed("||Café|1|"), "||CAFE|1|");
  EXPECT_EQ(Parsed("| |ŉ||b"), "||N||B");
}

// Both the whole and, as in every form, the whole without its building.
testing::AssertionResult JoinsToItself(const std::string& raw) {
  std::string once = Parsed(raw);
  for (const bool building : {true, false}) {
    if (!building) once.resize(once.rfind('|') + 1);
    if (once.find_first_not_of('|') == std::string::npos) break;
    const std::string twice = Parsed(once);
    if (once != twice) {
      return testing::AssertionFailure() << raw << " gives " << once << " and then " << twice;
    }
  }
  return testing::AssertionSuccess();
}

TEST(AddressPropertyTest, RandomTextIsReadAndJoinsToItself) {
  RandomText random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    ASSERT_TRUE(JoinsToItself(random.Text(24))) << "seed " << kSeed << ", text " << i;
  }
}

// Texts of the pieces that addresses are made of, in any order.
TEST(AddressPropertyTest, RandomPiecesAreReadAndJoinToThemselves) {
  static constexpr auto kPieces = std::to_array<std::string_view>(
      {"東京都",   "京都市上京区", "北海道", "郡", "市",   "町",   "大字", "字",
       "文",       "十",           "三",     "千", "〇",   "の",   "ノ",   "之",
       "ヶ",       "カ",           "ガ",     "ッ", "丁目", "丁",   "番",   "番地",
       "号",       "号室",         "階",     "F",  "第",   "地割", "条",   "線",
       "北",       "西",           "-",      "ー", "－",   " ",    "　",   "|",
       "〒",       "100-0001",     "1",      "02", "345",  "A",    "b",    "棟",
       "上る",     "下ル",         "東入",   "ア", "あ",   "龍",   "(",    ")",
       "以下未定", "無番地",       "日本",   ",",  "é",    "ŉ",    "||",   "||||"});
  RandomText random(kSeed + 1);
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (std::uint64_t left = random.Below(16); left > 0; --left) {
      text += kPieces[random.Below(kPieces.size())];
    }
    ASSERT_TRUE(JoinsToItself(text)) << "seed " << kSeed + 1 << ", text " << i;
  }
}

std::string InKanji(std::uint64_t below_100) {
  static constexpr std::string_view kDigits[] = {"",   "一", "二", "三", "四",
                                                 "五", "六", "七", "八", "九"};
  const std::uint64_t tens = below_100 / 10;
  std::string kanji(tens > 1 ? kDigits[tens] : "");
  if (tens > 0) kanji += "十";
  return kanji.append(kDigits[below_100 % 10]);
}

// Repeated pieces that a reader might look at again and again: a quadratic one takes minutes.
TEST(AddressPropertyTest, LongTextsTakeLinearTime) {
  for (const std::string_view piece :
       {"一", "一の", "1-", "上る", "字", "大字", "郡", "1号", "第1地割", "ー", "市"}) {
    std::string text = "京都市上京区";
    while (text.size() < 1000000) text += piece;
    EXPECT_TRUE(JoinsToItself(text)) << piece;
  }
}

using Block = std::array<std::uint64_t, 3>;

// `block` in one of the ways to write it.
std::string WrittenBlock(const Block& block, RandomText* random) {
  static constexpr std::string_view kDashes[] = {"-", "－", "−", "ー", "の", "—"};
  const auto digits = [&](std::size_t i) { return std::to_string(block[i]); };
  const auto dash = [&] { return std::string(kDashes[random->Below(std::size(kDashes))]); };
  switch (random->Below(4)) {
    case 0:
      return digits(0) + dash() + digits(1) + dash() + digits(2);
    case 1:
      return digits(0) + "丁目" + digits(1) + "番" + digits(2) + "号";
    case 2:
      return InKanji(block[0]) + "丁目" + InKanji(block[1]) + "番" + InKanji(block[2]) + "号";
    default:
      return InKanji(block[0]) + "丁目" + digits(1) + "番地の" + digits(2);
  }
}

TEST(AddressPropertyTest, OneAddressInManyWritingsIsOne) {
  struct Place {
    std::string prefecture, municipality;
  };
  static const Place kPlaces[] = {{"東京都", "港区"},
                                  {"大阪府", "大阪市北区"},
                                  {"三重県", "菰野町"},
                                  {"北海道", "札幌市中央区"},
                                  {"沖縄県", "那覇市"}};
  static const std::string kTowns[] = {"三田",     "六本木",       "四谷",     "霞が関", "八丁堀",
                                       "二十人町", "商工センター", "北一条西", "三番町", "千石"};
  RandomText random(kSeed + 2);
  for (int i = 0; i < 20000; ++i) {
    const Place& place = kPlaces[random.Below(std::size(kPlaces))];
    const std::string& town = kTowns[random.Below(std::size(kTowns))];
    // No town has more than 50 丁目.
    const Block block = {1 + random.Below(50), 1 + random.Below(99), 1 + random.Below(99)};
    const std::string raw = (random.Below(2) == 0 ? place.prefecture : "") + place.municipality +
                            (random.Below(2) == 0 ? " " : "") + town + WrittenBlock(block, &random);
    const std::string joined = place.prefecture + "|" + place.municipality + "|" + town + "|" +
                               std::to_string(block[0]) + "-" + std::to_string(block[1]) + "-" +
                               std::to_string(block[2]) + "|";
    ASSERT_EQ(Parsed(raw), joined) << raw << ", seed " << kSeed + 2;
  }
}

}  // namespace
}  // namespace musubi::identity
