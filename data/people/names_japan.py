"""Japanese names: kanji with one reading each, and the old forms of family registers.

Common surnames stand in rough order of frequency and are drawn by Zipf's law; the long tail is
composed from the kanji that surnames are made of, each with its usual readings. Given names are
composed in the same way by sex and birth cohort, because fashions in their last character
(子, 夫, 奈, 斗) tell a generation. Spellings with one reading (伊藤 and 伊東) occur on purpose.
Lists are written from general knowledge; no register of real people was read.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .model import Name
from .weighted import Weighted


def _names(text: str) -> list[Name]:
    """Reads `kanji:kana` words."""
    return [Name(kana, kanji) for kanji, kana in (word.split(":") for word in text.split())]


SURNAMES = _names("""
佐藤:サトウ 鈴木:スズキ 高橋:タカハシ 田中:タナカ 伊藤:イトウ 渡辺:ワタナベ 山本:ヤマモト 中村:ナカムラ
小林:コバヤシ 加藤:カトウ 吉田:ヨシダ 山田:ヤマダ 佐々木:ササキ 山口:ヤマグチ 松本:マツモト 井上:イノウエ
木村:キムラ 林:ハヤシ 斎藤:サイトウ 清水:シミズ 山崎:ヤマザキ 森:モリ 池田:イケダ 橋本:ハシモト
阿部:アベ 石川:イシカワ 山下:ヤマシタ 中島:ナカジマ 石井:イシイ 小川:オガワ 前田:マエダ 岡田:オカダ
長谷川:ハセガワ 藤田:フジタ 後藤:ゴトウ 近藤:コンドウ 村上:ムラカミ 遠藤:エンドウ 青木:アオキ 坂本:サカモト
斉藤:サイトウ 福田:フクダ 太田:オオタ 西村:ニシムラ 藤井:フジイ 金子:カネコ 岡本:オカモト 藤原:フジワラ
中野:ナカノ 三浦:ミウラ 原田:ハラダ 中川:ナカガワ 松田:マツダ 竹内:タケウチ 小野:オノ 田村:タムラ
中山:ナカヤマ 和田:ワダ 石田:イシダ 森田:モリタ 上田:ウエダ 原:ハラ 内田:ウチダ 柴田:シバタ 酒井:サカイ
宮崎:ミヤザキ 横山:ヨコヤマ 高木:タカギ 安藤:アンドウ 宮本:ミヤモト 大野:オオノ 小島:コジマ 工藤:クドウ
谷口:タニグチ 今井:イマイ 高田:タカダ 増田:マスダ 丸山:マルヤマ 杉山:スギヤマ 村田:ムラタ 大塚:オオツカ
新井:アライ 小山:コヤマ 平野:ヒラノ 藤本:フジモト 河野:コウノ 上野:ウエノ 野口:ノグチ 武田:タケダ
松井:マツイ 千葉:チバ 菅原:スガワラ 岩崎:イワサキ 久保:クボ 木下:キノシタ 佐野:サノ 野村:ノムラ
松尾:マツオ 市川:イチカワ 菊地:キクチ 杉本:スギモト 古川:フルカワ 大西:オオニシ 島田:シマダ 水野:ミズノ
桜井:サクライ 渡部:ワタナベ 高野:タカノ 吉川:ヨシカワ 山内:ヤマウチ 西田:ニシダ 飯田:イイダ 菊池:キクチ
西川:ニシカワ 小松:コマツ 北村:キタムラ 安田:ヤスダ 五十嵐:イガラシ 川口:カワグチ 平田:ヒラタ 関:セキ
中田:ナカタ 久保田:クボタ 服部:ハットリ 東:ヒガシ 岩田:イワタ 土屋:ツチヤ 川崎:カワサキ 福島:フクシマ
本田:ホンダ 辻:ツジ 樋口:ヒグチ 秋山:アキヤマ 永井:ナガイ 山中:ヤマナカ 中西:ナカニシ 田口:タグチ
川上:カワカミ 大島:オオシマ 石原:イシハラ 松岡:マツオカ 馬場:ババ 浜田:ハマダ 矢野:ヤノ 森本:モリモト
小池:コイケ 浅野:アサノ 松下:マツシタ 熊谷:クマガイ 荒木:アラキ 星野:ホシノ 大谷:オオタニ 吉村:ヨシムラ
野田:ノダ 黒田:クロダ 尾崎:オザキ 永田:ナガタ 川村:カワムラ 松村:マツムラ 大橋:オオハシ 西山:ニシヤマ
広瀬:ヒロセ 菅野:カンノ 田辺:タナベ 本間:ホンマ 内藤:ナイトウ 早川:ハヤカワ 岡:オカ 岡崎:オカザキ
松浦:マツウラ 栗原:クリハラ 小田:オダ 八木:ヤギ 松原:マツバラ 大久保:オオクボ 片山:カタヤマ 中井:ナカイ
上原:ウエハラ 小西:コニシ 宮田:ミヤタ 関口:セキグチ 須藤:スドウ 中沢:ナカザワ 大石:オオイシ 鎌田:カマタ
高山:タカヤマ 青山:アオヤマ 甲斐:カイ 平井:ヒライ 川島:カワシマ 児玉:コダマ 吉岡:ヨシオカ 福井:フクイ
河合:カワイ 川合:カワイ 天野:アマノ 小泉:コイズミ 村井:ムライ 白井:シライ 富田:トミタ 大川:オオカワ
堀:ホリ 田島:タジマ 奥村:オクムラ 宮川:ミヤガワ 黒木:クロキ 篠原:シノハラ 松永:マツナガ 桑原:クワバラ
水谷:ミズタニ 望月:モチヅキ 三宅:ミヤケ 南:ミナミ 坂口:サカグチ 河村:カワムラ 伊東:イトウ 安部:アベ
大田:オオタ 滝沢:タキザワ 徳永:トクナガ 内山:ウチヤマ 小沢:オザワ 葛西:カサイ 柳沢:ヤナギサワ 今野:コンノ
足立:アダチ 安達:アダチ 神田:カンダ 沢田:サワダ 金田:カネダ 入江:イリエ 榎本:エノモト 坂井:サカイ
塚本:ツカモト 西岡:ニシオカ 長田:オサダ 中嶋:ナカジマ 門脇:カドワキ 京極:キョウゴク 正田:ショウダ
城島:ジョウジマ 九条:クジョウ 新田:ニッタ 堀田:ホッタ 別府:ベップ 龍野:タツノ 竜田:タツタ 与那嶺:ヨナミネ
""")

_SURNAME_FIRST = _names("""
大:オオ 小:コ 中:ナカ 高:タカ 西:ニシ 松:マツ 山:ヤマ 石:イシ 上:ウエ 長:ナガ 川:カワ 藤:フジ 岩:イワ 宮:ミヤ
吉:ヨシ 北:キタ 古:フル 安:ヤス 竹:タケ 杉:スギ 黒:クロ 水:ミズ 村:ムラ 森:モリ 平:ヒラ 福:フク 白:シラ 荒:アラ
横:ヨコ 木:キ 池:イケ 金:カネ 東:ヒガシ 南:ミナミ 内:ウチ 島:シマ 浜:ハマ 清:キヨ 沢:サワ 谷:タニ 坂:サカ 岡:オカ
原:ハラ 野:ノ 広:ヒロ 細:ホソ 深:フカ 浅:アサ 秋:アキ 春:ハル 夏:ナツ 堀:ホリ 柳:ヤナギ 桑:クワ 栗:クリ 柿:カキ
桃:モモ 菊:キク 草:クサ 稲:イナ 米:ヨネ 畑:ハタ 倉:クラ 門:カド 戸:ト 鳥:トリ 鶴:ツル 亀:カメ 熊:クマ 犬:イヌ 鹿:シカ
猪:イ 三:ミ 八:ヤ 千:チ 前:マエ 奥:オク 脇:ワキ 早:ハヤ 遠:トオ 近:チカ 相:アイ 若:ワカ 元:モト 名:ナ 根:ネ 須:ス
矢:ヤ 関:セキ 久:ク 神:カミ 天:アマ 星:ホシ 月:ツキ 成:ナリ 重:シゲ 友:トモ 武:タケ 則:ノリ 滝:タキ 磯:イソ 塩:シオ
砂:スナ 土:ツチ 泉:イズミ 今:イマ 丸:マル 有:アリ 織:オリ 梅:ウメ 桜:サクラ 赤:アカ 青:アオ 新:ニイ 寺:テラ 沼:ヌマ
下:シモ 入:イリ 笠:カサ 片:カタ 角:カク 栄:サカ 増:マス 真:マ 町:マチ 富:トミ 豊:トヨ 国:クニ 徳:トク 葛:カツ
庄:ショウ 浄:ジョウ 京:キョウ 龍:リュウ 牛:ウシ 馬:ウマ 羽:ハ 飯:イイ 榎:エノ 桂:カツラ 楠:クス 椎:シイ 萩:ハギ
""")

_SURNAME_LAST = _names("""
田:タ 川:カワ 山:ヤマ 野:ノ 村:ムラ 本:モト 井:イ 木:キ 原:ハラ 島:シマ 崎:サキ 沢:サワ 谷:タニ 口:グチ 橋:ハシ
田:ダ 川:ガワ 崎:ザキ 沢:ザワ 島:ジマ 谷:ヤ 塚:ヅカ 岡:オカ 下:シタ 上:ウエ 内:ウチ 中:ナカ 尾:オ 池:イケ 坂:サカ
部:ベ 藤:フジ 森:モリ 林:バヤシ 松:マツ 戸:ト 倉:クラ 越:コシ 場:バ 葉:バ 辺:ベ 浦:ウラ 津:ツ 城:キ 宮:ミヤ 寺:デラ
屋:ヤ 江:エ 石:イシ 平:ヒラ 瀬:セ 見:ミ 垣:ガキ 間:マ 道:ミチ 水:ミズ 永:ナガ 代:シロ 根:ネ 関:セキ 目:メ 泉:イズミ
波:ナミ 浜:ハマ 堀:ボリ 脇:ワキ 窪:クボ 丸:マル 嶺:ミネ 峰:ミネ 町:マチ 滝:タキ 淵:ブチ 渕:ブチ 之内:ノウチ 名:ナ
""")

_GIVEN_FIRST = {
    "M": _names("""
正:マサ 和:カズ 健:ケン 博:ヒロ 義:ヨシ 秀:ヒデ 隆:タカ 浩:ヒロ 雄:ユウ 大:ダイ 俊:トシ 孝:タカ 明:アキ 直:ナオ
信:ノブ 裕:ユウ 英:ヒデ 幸:ユキ 昭:アキ 智:トモ 康:ヤス 敏:トシ 貴:タカ 雅:マサ 光:ミツ 良:ヨシ 友:トモ 達:タツ
優:ユウ 悠:ユウ 勇:ユウ 龍:リュウ 翔:ショウ 涼:リョウ 遼:リョウ 颯:ソウ 蒼:ソウ 晴:ハル 陽:ハル 海:カイ 慎:シン 真:シン
進:シン 祐:ユウ 昌:マサ 政:マサ 尚:ナオ 伸:ノブ 靖:ヤス 邦:クニ 国:クニ 文:フミ 勝:カツ 克:カツ 哲:テツ 徹:テツ 純:ジュン
順:ジュン 宗:ムネ 重:シゲ 茂:シゲ 栄:エイ 瑛:エイ 恵:ケイ 圭:ケイ 慶:ケイ 啓:ケイ 弘:ヒロ 洋:ヨウ 耕:コウ 航:コウ 幸:コウ
"""),
    "F": _names("""
美:ミ 由:ユ 恵:ケイ 和:カズ 久美:クミ 真由:マユ 幸:サチ 千:チ 智:トモ 京:キョウ 明:アキ 里:リ 菜々:ナナ 優:ユ 彩:アヤ
裕:ユウ 良:ヨシ 節:セツ 文:フミ 春:ハル 秋:アキ 夏:ナツ 冬:フユ 雪:ユキ 花:ハナ 桜:サクラ 陽:ヒ 結:ユ 愛:アイ 亜:ア
絵:エ 香:カ 佳:カ 加:カ 貴:キ 紀:ノリ 典:ノリ 直:ナオ 奈:ナ 菜:ナ 美奈:ミナ 麻:マ 真:マ 舞:マイ 美智:ミチ 道:ミチ
光:ミツ 実:ミ 友:トモ 朋:トモ 弥:ヤ 安:ヤス 八重:ヤエ 有:ユ 祐:ユ 洋:ヨウ 葉:ヨウ 律:リツ 涼:リョウ 玲:レイ 礼:レイ
早:サ 沙:サ 紗:サ 志:シ 静:シズ 澄:スミ 純:ジュン 順:ジュン 孝:タカ 多:タ 妙:タエ 珠:タマ 知:チ 鶴:ツル 敏:トシ 富:トミ
"""),
}

_GIVEN_LAST = {
    ("M", 0): _names("雄:オ 夫:オ 男:オ 一:カズ 郎:ロウ 治:ジ 三:ゾウ 吉:キチ 蔵:ゾウ 次:ジ 作:サク 司:ジ"),
    ("M", 1): _names("之:ユキ 彦:ヒコ 明:アキ 樹:キ 也:ヤ 一:イチ 二:ジ 司:シ 人:ト 浩:ヒロ 幸:ユキ 介:スケ "
                     "郎:ロウ 雄:オ 則:ノリ 文:フミ 和:カズ 哉:ヤ 晃:アキ 宏:ヒロ"),
    ("M", 2): _names("太:タ 斗:ト 樹:キ 介:スケ 輔:スケ 馬:マ 真:マ 希:キ 人:ト 翔:ト 大:タ 也:ヤ 哉:ヤ 生:キ "
                     "貴:キ 汰:タ 成:セイ 星:セイ 和:ワ 太郎:タロウ 之介:ノスケ"),
    ("F", 0): _names("子:コ 代:ヨ 江:エ 枝:エ 恵:エ 乃:ノ 野:ノ 世:ヨ"),
    ("F", 1): _names("子:コ 美:ミ 恵:エ 代:ヨ 江:エ 香:カ 里:リ 理:リ 紀:キ 奈:ナ 実:ミ 穂:ホ 枝:エ 由美:ユミ"),
    ("F", 2): _names("奈:ナ 菜:ナ 花:カ 音:ネ 美:ミ 希:キ 香:カ 莉:リ 里:リ 乃:ノ 葉:ハ 月:ツキ 衣:イ 愛:ア "
                     "佳:カ 咲:サキ 織:オリ 那:ナ 羽:ハ 帆:ホ 子:コ"),
}

# Names in one piece, by sex and cohort: these give the top of the list its weight.
GIVEN_WHOLE = {
    ("M", 0): _names("清:キヨシ 正:タダシ 茂:シゲル 勇:イサム 実:ミノル 博:ヒロシ 進:ススム 弘:ヒロシ 勝:マサル 昇:ノボル "
                     "三郎:サブロウ 一郎:イチロウ 武:タケシ 豊:ユタカ 隆:タカシ 明:アキラ 昭:アキラ 稔:ミノル 功:イサオ 薫:カオル"),
    ("M", 1): _names("誠:マコト 浩:ヒロシ 隆:タカシ 修:オサム 徹:トオル 聡:サトシ 剛:ツヨシ 学:マナブ 豊:ユタカ 健一:ケンイチ "
                     "茂:シゲル 哲也:テツヤ 直樹:ナオキ 英樹:ヒデキ 和也:カズヤ 大輔:ダイスケ 亮:リョウ 淳:ジュン 純:ジュン "
                     "浩二:コウジ 孝司:コウジ 潤:ジュン 洋一:ヨウイチ 賢治:ケンジ 健二:ケンジ 達也:タツヤ 仁:ヒトシ 均:ヒトシ"),
    ("M", 2): _names("蓮:レン 翔太:ショウタ 大翔:ヒロト 湊:ミナト 翼:ツバサ 拓海:タクミ 陽翔:ハルト 悠真:ユウマ 樹:イツキ "
                     "大輝:ダイキ 健太:ケンタ 翔:ショウ 駿:シュン 颯太:ソウタ 陸:リク 空:ソラ 奏:カナデ 律:リツ 朝陽:アサヒ "
                     "琉生:ルイ 隼人:ハヤト 涼:リョウ 亮:リョウ 諒:リョウ 匠:タクミ 拓実:タクミ 一颯:イブキ 碧:アオイ"),
    ("F", 0): _names("ハナ:ハナ キヨ:キヨ フミ:フミ トミ:トミ ミツ:ミツ 千代:チヨ 静:シズ ヨシ:ヨシ 文子:フミコ 和子:カズコ "
                     "幸子:サチコ 節子:セツコ 久子:ヒサコ 美代子:ミヨコ 照子:テルコ 敏子:トシコ 初枝:ハツエ 光枝:ミツエ "
                     "恵子:ケイコ サト:サト しづ:シヅ きみ:キミ 洋子:ヨウコ 弘子:ヒロコ 良子:ヨシコ 芳子:ヨシコ"),
    ("F", 1): _names("恵子:ケイコ 由美子:ユミコ 久美子:クミコ 裕子:ユウコ 陽子:ヨウコ 洋子:ヨウコ 直美:ナオミ 明美:アケミ "
                     "真由美:マユミ 智子:トモコ 友子:トモコ 香織:カオリ 恵:メグミ 愛:アイ 純子:ジュンコ 順子:ジュンコ "
                     "京子:キョウコ 恭子:キョウコ 幸子:サチコ 由美:ユミ 美紀:ミキ 美穂:ミホ 千春:チハル 瞳:ヒトミ 薫:カオル "
                     "めぐみ:メグミ みどり:ミドリ ゆかり:ユカリ まゆみ:マユミ 麻衣:マイ"),
    ("F", 2): _names("さくら:サクラ 葵:アオイ 陽菜:ヒナ 結衣:ユイ 結愛:ユア 美咲:ミサキ 凛:リン 莉子:リコ 愛:アイ 彩:アヤ "
                     "芽依:メイ 心春:コハル 杏:アン 七海:ナナミ 優花:ユウカ ひかり:ヒカリ あかり:アカリ ひなた:ヒナタ "
                     "遥:ハルカ 明日香:アスカ 花:ハナ 紬:ツムギ 澪:ミオ 詩:ウタ 楓:カエデ 咲良:サクラ 桜:サクラ 美優:ミユ "
                     "萌:モエ ジュリア:ジュリア エリカ:エリカ ニーナ:ニーナ"),
}

# Everyday character: (register form, chance among bearers). Some are in CP932 (髙, 﨑, 邊); some
# are not (𠮷, 𣘺, or a variation selector), and an insurer's system then prints a blank sign.
_OLD_FORMS = {
    "高": (("髙", 0.25),),
    "崎": (("﨑", 0.15), ("\U0002550e", 0.02), ("嵜", 0.03)),
    "辺": (("邊", 0.12), ("邉", 0.10)),
    "斎": (("齋", 0.20),),
    "斉": (("齊", 0.10),),
    "沢": (("澤", 0.20),),
    "島": (("嶋", 0.06), ("嶌", 0.02)),
    "浜": (("濱", 0.10), ("濵", 0.08)),
    "吉": (("\U00020bb7", 0.06),),
    "橋": (("\U000238ba", 0.02),),
    "柳": (("栁", 0.05),),
    "桑": (("桒", 0.06),),
    "広": (("廣", 0.12),),
    "桜": (("櫻", 0.10),),
    "関": (("關", 0.03),),
    "国": (("國", 0.10),),
    "滝": (("瀧", 0.15),),
    "徳": (("德", 0.15),),
    "恵": (("惠", 0.08),),
    "真": (("眞", 0.08),),
    "与": (("與", 0.10),),
    "富": (("冨", 0.10),),
    "隆": (("\uf9dc", 0.02),),
    "神": (("\ufa19", 0.02),),
    "福": (("\ufa1b", 0.02),),
    "祐": (("\ufa4f", 0.03),),
    "条": (("條", 0.10),),
    "静": (("靜", 0.05),),
    "栄": (("榮", 0.06),),
    "脇": (("\U000266b0", 0.03),),
    "今": (("\U0002b746", 0.02),),
    "葛": (("葛\U000e0100", 0.15),),
    "辻": (("辻\U000e0100", 0.15),),
    "渕": (("淵", 0.05),),
}

_COMMON_SURNAME_SHARE = 0.68
_WHOLE_GIVEN_SHARE = 0.40


class JapaneseNames:
    """Draws Japanese names: katakana in `text`, everyday spelling in `kanji`."""

    def __init__(self) -> None:
        self._surnames = Weighted.zipf(SURNAMES, 0.7)
        self._surname_first = Weighted.zipf(_SURNAME_FIRST)
        self._surname_last = Weighted.zipf(_SURNAME_LAST)
        self._whole = {key: Weighted.zipf(names, 0.6) for key, names in GIVEN_WHOLE.items()}
        self._given_first = {key: Weighted.zipf(names, 0.6) for key, names in _GIVEN_FIRST.items()}
        self._given_last = {key: Weighted.zipf(names) for key, names in _GIVEN_LAST.items()}

    def surname(self, rng: Random) -> Name:
        if rng.random() < _COMMON_SURNAME_SHARE:
            return self._surnames.draw(rng)
        while True:
            first, last = self._surname_first.draw(rng), self._surname_last.draw(rng)
            if first.kanji != last.kanji:
                return Name(first.text + last.text, first.kanji + last.kanji)

    def given(self, rng: Random, sex: str, birth: date) -> Name:
        cohort = self._cohort(rng, birth)
        if rng.random() < _WHOLE_GIVEN_SHARE:
            return self._whole[sex, cohort].draw(rng)
        while True:
            first = self._given_first[sex].draw(rng)
            last = self._given_last[sex, cohort].draw(rng)
            if not {*first.kanji} & {*last.kanji} and first.text[-1] != last.text[0]:
                return Name(first.text + last.text, first.kanji + last.kanji)

    def register_form(self, rng: Random, kanji: str) -> str:
        return "".join(_old_form(rng, character) for character in kanji)

    @staticmethod
    def _cohort(rng: Random, birth: date) -> int:
        """0, 1 or 2; fashions blur by fifteen years."""
        year = birth.year + rng.uniform(-15, 15)
        return 0 if year < 1948 else 1 if year < 1985 else 2


def _old_form(rng: Random, character: str) -> str:
    forms = _OLD_FORMS.get(character)
    if forms is None:
        return character
    point = rng.random()
    for form, chance in forms:
        if point < chance:
            return form
        point -= chance
    return character


def _homophones() -> tuple[dict[Name, list[str]], dict[str, str]]:
    """Surnames of equal reading, and single given-name kanji of equal reading."""
    by_reading: dict[str, list[str]] = {}
    for name in SURNAMES:
        by_reading.setdefault(name.text, []).append(name.kanji)
    surnames = {n: [k for k in by_reading[n.text] if k != n.kanji] for n in SURNAMES}

    kanji_of: dict[str, str] = {}
    for sex in ("M", "F"):
        for name in _GIVEN_FIRST[sex]:
            if len(name.kanji) == 1 and name.kanji not in kanji_of.get(name.text, ""):
                kanji_of[name.text] = kanji_of.get(name.text, "") + name.kanji
    given: dict[str, str] = {}
    for group in kanji_of.values():
        for kanji in group:
            given.setdefault(kanji, group.replace(kanji, ""))
    return ({n: k for n, k in surnames.items() if k}, {k: o for k, o in given.items() if o})


# What a kana-to-kanji converter may offer in place of the right spelling.
SURNAME_HOMOPHONES, GIVEN_HOMOPHONES = _homophones()
