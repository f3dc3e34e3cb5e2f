"""English-language names, with some of the diacritics, particles and hyphens of its neighbours.

Common names stand in rough order of frequency and are drawn by Zipf's law; given names follow
the birth cohort. The long tail is composed: surnames from the morphemes of English place names
or as patronymics, given names from the syllables that modern coinages use. Lists are written
from general knowledge; no register of real people was read.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .model import Name
from .weighted import Weighted

SURNAMES = """
Smith Johnson Williams Brown Jones Miller Davis Wilson Taylor Anderson Thomas Jackson White Harris
Martin Thompson Moore Young Allen King Wright Scott Hill Green Adams Baker Nelson Carter Mitchell
Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook
Morgan Bell Murphy Bailey Cooper Richardson Cox Howard Ward Peterson Gray James Watson Brooks Kelly
Sanders Price Bennett Wood Barnes Ross Henderson Coleman Jenkins Perry Powell Long Patterson Hughes
Flores Washington Butler Simmons Foster Bryant Alexander Russell Griffin Hayes Myers Ford Hamilton
Graham Sullivan Wallace Woods Cole West Jordan Owens Reynolds Fisher Ellis Harrison Gibson McDonald
Cruz Marshall Ortiz Gomez Murray Freeman Wells Webb Simpson Stevens Tucker Porter Hunter Hicks
Crawford Henry Boyd Mason Kennedy Warren Dixon Burns Gordon Shaw Holmes Rice Robertson Hunt Black
Daniels Palmer Mills Nichols Grant Knight Ferguson Rose Stone Hawkins Dunn Perkins Hudson Spencer
Gardner Stephens Payne Pierce Berry Matthews Arnold Wagner Willis Ray Watkins Olson Carroll Duncan
Snyder Hart Cunningham Bradley Lane Andrews Harper Fox Riley Armstrong Carpenter Weaver Greene
Lawrence Elliott Chapman Lawson Fields Franklin Carlson Schmidt Carr Little Wheeler Larson Bishop
Meyer Burke Montgomery Lynch Bowman Jensen Morrison Harvey Williamson Gilbert Dean Hansen Fuller
Garrett Burton O'Brien O'Connor O'Neill O'Reilly D'Angelo McCarthy McCoy McKenzie MacDonald
MacLeod Newman Lloyd Griffiths Davies Rhys Pritchard Bowen Vaughan Whitaker Barker Chambers Walsh
Doyle Byrne Fletcher Cross Hardy Curtis Sutton Gregory Steele Reeves Norman Barber Higgins Logan
Hodges Potter Fitzgerald Saunders Baldwin Sharp Barrett Norris Maxwell Lambert Chandler Goodwin
Blake Parsons Wolfe Atkinson Frost Bates Rowe Townsend Bird Holt Ingram Booth Glover Swift
Schneider Fischer Weber Becker Hoffmann Koch Bauer Richter Klein Wolf Novak Kowalski Nowak Horvat
Rossi Russo Ferrari Romano Costa Silva Santos Pereira Oliveira Ferreira Rodrigues Almeida Patel
Singh Khan Ahmed Ali Hussain Shah Begum Nguyen Tran Pham Chen Wang Li Zhang Liu Wu Kim Lee Park
""".split()

# Names that a system with plain ASCII cannot write, or that carry a particle.
FOREIGN_SURNAMES = (
    "García|Rodríguez|Martínez|Hernández|López|González|Pérez|Sánchez|Ramírez|Núñez|Muñoz|Peña|"
    "Müller|Schröder|Köhler|Krüger|Jäger|Böhm|Größer|Weiß|Lefèvre|Gagné|Côté|Bélanger|François|"
    "Lévesque|Séguin|Sørensen|Jørgensen|Østergaard|Åberg|Sjöberg|Björk|Lindström|Kovář|Dvořák|"
    "Novotný|Černý|Wójcik|Kamiński|Zieliński|Dąbrowski|Gonçalves|Magalhães|Simões|Araújo|"
    "van der Berg|van Dijk|de Vries|ter Horst|von Braun|de la Cruz|de Souza|St. John|Le Roux"
).split("|")

_PLACE_FIRST = """
Ash Hol Wal Stan Brad Har Mil Wood West Nor Clif Whit Black Bur Lang Hal Thorn Sut Hart Green
Mid Red Carl Brack East Lin Kirk Chat Far Fair Hamp Hazel Hether Hollin Holm Hunt Ing Kel Ken Kil
King Lam Lath Laver Led Leigh Long Lud Maple Mar Marl Mel Mere Merri Mor Nether New North Oak Old
Orm Os Over Pem Pen Pick Pres Quen Rad Rams Raven Rib Rip Rock Roth Rush Rut Sal Sand Sax Sel Shel
Sher Ship Shire Skel South Staf Staple Stock Stour Strat Swan Swin Tad Tem Thirl Thur Til Tor Tre
Tun Up Wad Wake War Wat Way Wel Wen Wether Whar Wil Win Wing Wis Wool Wor Wych Yar Yel York Alder
Al Bar Birk Bram Bran Bret Brom Cal Cam Cod Col Comp Cor Cran Cress Dar Den Dray Dun Ed El Ever
""".split()

_PLACE_LAST = """
ton ley ford ham well field worth wood by man land bury den dale brook burn gate hurst ridge shaw
stead stone thorpe wick combe cote ville more moor mere ling low lock ing ingham ington bourne
bridge church cliffe croft don dyke fold garth grave holme house keld lea mouth over port rick royd
sett side stow tree wall ward water way wold yard ard ell
""".split()

_PATRONS = """
Donald Carl Peter Eric Nichol Robin Dick Jack Thom Wil Hob Gib Mat Wat Hodge Lar Ander Gustaf Swan
Erick Magnus Ol Nil Bengt Sven Hal Sam Simp Steven Alan Arthur Bran Dougal Finn Gill Gregor Kin
Lachlan Lean Manus Namara Phail Quill Rory Tavish Vey Whinn
""".split()

GIVEN = {
    ("M", 0): """
James Robert John William Richard Charles Thomas George Donald Edward Joseph Kenneth Paul Frank
Harold Raymond Walter Jack Henry Arthur Albert David Ronald Ralph Howard Fred Roy Louis Ernest
Eugene Carl Stanley Leonard Francis Herbert Clarence Gerald Norman Earl Alfred Lawrence Samuel
Harry Russell Leslie Cecil Sidney Percy Bernard Philip Peter Douglas Victor Clifford Wilfred Hugh
Reginald Cyril Vernon Maurice
""".split(),
    ("F", 0): """
Mary Dorothy Margaret Betty Barbara Patricia Helen Ruth Shirley Jean Virginia Frances Elizabeth
Joan Doris Evelyn Alice Florence Rose Irene Louise Marjorie Edna Gladys Marie Lois Ethel Lillian
Grace Martha Eleanor Mildred Edith Phyllis Anna Joyce June Hazel Lucille Norma Beatrice Catherine
Elsie Ida Nora Winifred Vera Olive Eileen Kathleen Hilda Mabel Audrey Marion Sylvia Agnes Muriel
Freda Constance Rita
""".split(),
    ("M", 1): """
Michael David James John Robert William Mark Richard Steven Thomas Paul Jeffrey Kevin Brian Timothy
Daniel Scott Christopher Gary Kenneth Stephen Joseph Anthony Edward Andrew Gregory Charles Eric
Douglas Patrick Peter Dennis Keith George Ronald Matthew Larry Craig Martin Simon Ian Neil Alan
Graham Stuart Nigel Philip Adrian Terry Barry Wayne Dean Trevor Geoffrey Roger Derek Colin José
Juan Carlos Miguel Luis Antonio René André Jürgen Björn Sean Darren Gavin Duncan Raúl
""".split(),
    ("F", 1): """
Linda Susan Karen Lisa Deborah Patricia Barbara Mary Donna Sandra Sharon Cynthia Elizabeth Kathleen
Pamela Nancy Carol Michelle Jennifer Kimberly Laura Julie Angela Diane Amy Christine Janet Tracy
Cheryl Teresa Catherine Denise Debra Melissa Rebecca Stephanie Maria Margaret Gillian Alison Jane
Helen Jacqueline Wendy Beverley Lesley Heather Joanne Nicola Claire Sarah Amanda Samantha Paula
Dawn Lorraine Maureen Sheila Brenda Anne Ana Carmen Rosa Renée Hélène Chloé Siân Zoë Mónica
""".split(),
    ("M", 2): """
Jacob Michael Joshua Matthew Daniel Oliver Liam Noah Ethan Christopher Andrew Alexander James Jack
William Benjamin Ryan Samuel Joseph Lucas Logan Harry Thomas George Charlie Henry Mason Elijah
Tyler Nathan Jayden Dylan Luke Isaac Adam Connor Owen Caleb Leo Oscar Theodore Max Freddie Alfie
Archie Finley Arthur Sebastian Gabriel Julian Aaron Austin Cameron Jordan Kyle Brandon Zachary Evan
Muhammad Mohammed Ibrahim Yusuf Ali Omar Aidan Kai Hugo Felix Mateo Santiago José André Raphaël
Kieran Rhys Callum Toby
""".split(),
    ("F", 2): """
Emily Olivia Emma Sophia Isabella Ava Mia Amelia Hannah Abigail Madison Charlotte Grace Ella Lily
Jessica Sarah Ashley Chloe Elizabeth Samantha Lauren Alexis Evie Freya Poppy Isla Ruby Scarlett
Layla Zoe Lucy Sofia Alice Eva Daisy Phoebe Florence Rosie Millie Erin Maisie Harper Evelyn Aria
Luna Nora Hazel Violet Stella Natalie Leah Aaliyah Aisha Fatima Maryam Zara Anna Maya Camila
Valentina Lucía Sofía Chloé Zoë Noémie Éloïse Siobhán Megan Bethany Molly Holly Caitlin Paige
Imogen Eleanor
""".split(),
}

_GIVEN_FIRST = """
Ja Bra Ka Ty Aus Ash Mar Al El Ro Sha Tre La De Dar Lor Kel Cal Ray Bry Jo Shan Tam Cor Mal Ad Ber
Ev Har Wil Gar Dal Lin Mer Lan Ken Cla Ar Os Win Ser
""".split()

_GIVEN_LAST = {
    "M": "den ton son vin rick lan mon shawn ren don ley ron ald bert ford win mar nell".split(),
    "F": "lyn la na leen ssa line lee ette isha ita anne elle ina wyn bel dra mie ria lia".split(),
}

# What friends write on a form instead of the name in the register.
NICKNAMES = dict(
    pair.split(":")
    for pair in """
William:Bill Robert:Bob Richard:Dick James:Jim John:Jack Thomas:Tom Charles:Charlie Edward:Ted
Michael:Mike Christopher:Chris Matthew:Matt Daniel:Dan Joseph:Joe Anthony:Tony Andrew:Andy
Stephen:Steve Steven:Steve Benjamin:Ben Samuel:Sam Alexander:Alex Nathan:Nate Timothy:Tim
Gregory:Greg Kenneth:Ken Ronald:Ron Donald:Don Patrick:Pat Elizabeth:Liz Margaret:Peggy
Katherine:Kate Catherine:Cathy Kathleen:Kathy Patricia:Pat Jennifer:Jenny Susan:Sue Deborah:Debbie
Barbara:Barb Jessica:Jess Rebecca:Becky Samantha:Sam Victoria:Vicky Dorothy:Dot Pamela:Pam
Cynthia:Cindy Christine:Chris Jacqueline:Jackie Abigail:Abby Isabella:Bella Olivia:Liv
Amelia:Millie Theodore:Theo Frederick:Fred Zachary:Zach Joshua:Josh Jacob:Jake Amanda:Mandy
Michelle:Shelly
""".split()
)

_COMMON_SURNAME_SHARE = 0.45
_PATRONYMIC_SHARE = 0.10
_FOREIGN_SURNAME_SHARE = 0.05
_HYPHEN_SURNAME_SHARE = 0.01
_COMMON_GIVEN_SHARE = 0.88


class WesternNames:
    """Draws western names; `kanji` stays empty."""

    def __init__(self) -> None:
        self._surnames = Weighted.zipf(SURNAMES)
        self._foreign = Weighted.zipf(FOREIGN_SURNAMES)
        self._place_first = Weighted.zipf(_PLACE_FIRST)
        self._place_last = Weighted.zipf(_PLACE_LAST)
        self._patrons = Weighted.zipf(_PATRONS)
        self._given = {key: Weighted.zipf(names, 0.85) for key, names in GIVEN.items()}
        self._given_first = Weighted.zipf(_GIVEN_FIRST)
        self._given_last = {sex: Weighted.zipf(parts) for sex, parts in _GIVEN_LAST.items()}

    def surname(self, rng: Random) -> Name:
        if rng.random() < _HYPHEN_SURNAME_SHARE:
            return Name(f"{self._surnames.draw(rng)}-{self._surnames.draw(rng)}")
        return Name(self._one_surname(rng))

    def given(self, rng: Random, sex: str, birth: date) -> Name:
        if rng.random() < _COMMON_GIVEN_SHARE:
            return Name(self._given[sex, self._cohort(rng, birth)].draw(rng))
        return Name(self._given_first.draw(rng) + self._given_last[sex].draw(rng))

    def register_form(self, rng: Random, kanji: str) -> str:
        return kanji

    def _one_surname(self, rng: Random) -> str:
        point = rng.random()
        if point < _COMMON_SURNAME_SHARE:
            return self._surnames.draw(rng)
        point -= _COMMON_SURNAME_SHARE
        if point < _PATRONYMIC_SHARE:
            patron = self._patrons.draw(rng)
            return f"Mc{patron}" if rng.random() < 0.4 else f"{patron}son"
        if point < _PATRONYMIC_SHARE + _FOREIGN_SURNAME_SHARE:
            return self._foreign.draw(rng)
        return self._place_first.draw(rng) + self._place_last.draw(rng)

    @staticmethod
    def _cohort(rng: Random, birth: date) -> int:
        """0, 1 or 2; fashions blur by fifteen years."""
        year = birth.year + rng.uniform(-15, 15)
        return 0 if year < 1950 else 1 if year < 1985 else 2
