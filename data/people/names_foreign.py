"""Names of foreign residents of Japan: as read in katakana, in Latin letters, and in kanji.

The list has some of the largest groups of residents and, of each, names that are common there,
from general knowledge. A given name of several parts keeps its blanks.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from .model import Name
from .weighted import Weighted


class ForeignName(NamedTuple):
    """One part of a name. `latin` is as on a residence card; without kanji it stands for them."""

    latin: str
    name: Name


class Nation(NamedTuple):
    surnames: Weighted[ForeignName]
    given: dict[str, Weighted[ForeignName]]  # by sex


def _names(text: str) -> Weighted[ForeignName]:
    """Reads `LATIN:kana` or `LATIN:kana:kanji` words; _ is a blank inside a name."""
    found = []
    for word in text.split():
        latin, kana, *kanji = word.split(":")
        latin, kana = latin.replace("_", " "), kana.replace("_", "\u3000")
        found.append(ForeignName(latin, Name(kana, kanji[0] if kanji else latin)))
    return Weighted.zipf(found)


def _nation(surnames: str, men: str, women: str) -> Nation:
    return Nation(_names(surnames), {"M": _names(men), "F": _names(women)})


_VIETNAM = _nation(
    "NGUYEN:グエン TRAN:チャン LE:レ PHAM:ファム HOANG:ホアン VU:ヴー DANG:ダン BUI:ブイ DO:ドー",
    "VAN_ANH:ヴァン_アイン VAN_HUNG:ヴァン_フン DUC_MINH:ドゥック_ミン QUANG_HUY:クアン_フイ "
    "VAN_TUAN:ヴァン_トゥアン THANH_LONG:タイン_ロン HUU_PHUOC:ヒュー_フック",
    "THI_LAN:ティ_ラン THI_HUONG:ティ_フオン THI_THU_HA:ティ_トゥー_ハー THI_MAI:ティ_マイ "
    "NGOC_ANH:ゴック_アイン THI_HONG_NHUNG:ティ_ホン_ニュン THUY_LINH:トゥイ_リン")
_CHINA = _nation(
    "WANG:ワン:王 LI:リー:李 ZHANG:ジャン:張 LIU:リュウ:劉 CHEN:チェン:陳 YANG:ヤン:楊 ZHAO:ジャオ:趙 "
    "HUANG:ホアン:黄 ZHOU:ジョウ:周 WU:ウー:呉 XU:シュー:徐",
    "WEI:ウェイ:偉 JUN:ジュン:軍 YONG:ヨン:勇 JIE:ジエ:傑 TAO:タオ:涛 MING:ミン:明 QIANG:チアン:強 "
    "HAO:ハオ:浩 JIANGUO:ジエングオ:建国",
    "FANG:ファン:芳 NA:ナー:娜 MIN:ミン:敏 JING:ジン:静 LI:リー:麗 YAN:イエン:艶 XIULAN:シウラン:秀蘭 "
    "YUTING:ユーティン:雨亭 XUE:シュエ:雪")
_KOREA = _nation(
    "KIM:キム:金 LEE:イ:李 PARK:パク:朴 CHOI:チェ:崔 JUNG:チョン:鄭 KANG:カン:姜 CHO:チョ:趙 YOON:ユン:尹",
    "MINJUN:ミンジュン:民俊 SEOJUN:ソジュン:瑞俊 JIHOON:ジフン:志勲 SUNGMIN:ソンミン:成民 "
    "YOUNGSOO:ヨンス:英洙 DONGHYUN:ドンヒョン:東賢",
    "JIWOO:ジウ:知宇 SEOYEON:ソヨン:瑞娟 MINJI:ミンジ:敏智 YOUNGHEE:ヨンヒ:英姫 SOOJIN:スジン:秀珍 "
    "EUNJUNG:ウンジョン:恩貞")
_PHILIPPINES = _nation(
    "SANTOS:サントス REYES:レイエス CRUZ:クルス BAUTISTA:バウティスタ GARCIA:ガルシア "
    "DELA_CRUZ:デラ_クルス MENDOZA:メンドーサ RAMOS:ラモス",
    "MARK_ANTHONY:マーク_アンソニー JOHN_PAUL:ジョン_ポール JOSE:ホセ MICHAEL:マイケル RAMON:ラモン",
    "MARIA_CRISTINA:マリア_クリスティーナ MARY_GRACE:メアリー_グレース JENNIFER:ジェニファー "
    "ROSE_ANN:ローズ_アン ANGELICA:アンジェリカ")
_BRAZIL = _nation(
    "DA_SILVA:ダ_シルヴァ DOS_SANTOS:ドス_サントス OLIVEIRA:オリヴェイラ SOUZA:ソウザ PEREIRA:ペレイラ "
    "TANAKA:タナカ SATO:サトウ DE_ALMEIDA:デ_アルメイダ",
    "CARLOS_EDUARDO:カルロス_エドゥアルド PAULO:パウロ MARCOS_KENJI:マルコス_ケンジ JOAO_VITOR:ジョアン_ヴィトル "
    "RAFAEL:ラファエル",
    "MARIA_APARECIDA:マリア_アパレシーダ ANA_PAULA:アナ_パウラ JULIANA_YUMI:ジュリアナ_ユミ FERNANDA:フェルナンダ "
    "PATRICIA:パトリシア")
_NEPAL = _nation(
    "SHRESTHA:シュレスタ GURUNG:グルン TAMANG:タマン THAPA:タパ RAI:ライ ADHIKARI:アディカリ",
    "RAM_BAHADUR:ラム_バハドゥル BIKASH:ビカシュ SURESH:スレシュ DIPAK:ディパク PRAKASH:プラカシュ",
    "SITA:シタ SUNITA:スニタ MAYA_DEVI:マヤ_デヴィ ANITA:アニタ PUJA:プジャ")
_AMERICA = _nation(
    "SMITH:スミス JOHNSON:ジョンソン BROWN:ブラウン WILSON:ウィルソン TAYLOR:テイラー MILLER:ミラー",
    "JAMES_ROBERT:ジェームズ_ロバート DAVID:デイヴィッド CHRISTOPHER_JOHN:クリストファー_ジョン RYAN:ライアン "
    "ANDREW:アンドリュー",
    "EMILY_ROSE:エミリー_ローズ SARAH:サラ ELIZABETH_ANNE:エリザベス_アン MEGAN:ミーガン LAURA:ローラ")

_NATIONS = Weighted((_CHINA, _VIETNAM, _KOREA, _PHILIPPINES, _BRAZIL, _NEPAL, _AMERICA),
                    (25, 18, 13, 10, 7, 6, 3))


def nation(rng: Random) -> Nation:
    return _NATIONS.draw(rng)
