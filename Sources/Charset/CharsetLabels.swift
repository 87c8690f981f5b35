internal import MIME

/// Which charset a label of mail means: the labels and meanings of the WHATWG Encoding Standard, which are those that software
/// writes whatever its label says (gb2312 is gb18030, shift_jis is Windows-31J, ks_c_5601-1987 is UHC), and others that mail has. No
/// other name is given to iconv.
///
/// What the standard replaces by a single U+FFFD, since a browser could be deceived by it (HZ, ISO-2022-KR and -CN), is decoded: mail
/// has been written in it for years.
enum CharsetLabels {
    /// By squeezed label.
    static let encodings: [String: Encoding] = {
        var encodings: [String: Encoding] = [:]
        for (encoding, labels) in standard + others {
            for label in labels.split(separator: " ") { encodings[CharsetLabel.squeezed(String(label))] = encoding }
        }
        return encodings
    }()

    /// The labels of the standard, but for those of `StandardCharsets`.
    private static let standard: [(Encoding, String)] = [
        (.singleOctet("IBM866"), "866 cp866 csibm866 ibm866"),
        (.singleOctet("ISO-8859-2"), "csisolatin2 iso-8859-2 iso-ir-101 iso_8859-2:1987 l2 latin2"),
        (.singleOctet("ISO-8859-3"), "csisolatin3 iso-8859-3 iso-ir-109 iso_8859-3:1988 l3 latin3"),
        (.singleOctet("ISO-8859-4"), "csisolatin4 iso-8859-4 iso-ir-110 iso_8859-4:1988 l4 latin4"),
        (.singleOctet("ISO-8859-5"), "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso_8859-5:1988"),
        (
            .singleOctet("ISO-8859-6"),
            "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127"
                + " iso_8859-6:1987"
        ),
        (
            .singleOctet("ISO-8859-7"),
            "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso_8859-7:1987 sun_eu_greek"
        ),
        (
            .singleOctet("ISO-8859-8"),
            "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso_8859-8:1988 visual csiso88598i iso-8859-8-i"
                + " logical"
        ),
        (.singleOctet("ISO-8859-10"), "csisolatin6 iso-8859-10 iso-ir-157 l6 latin6"),
        (.singleOctet("ISO-8859-13"), "iso-8859-13"),
        (.singleOctet("ISO-8859-14"), "iso-8859-14"),
        (.singleOctet("ISO-8859-15"), "csisolatin9 iso-8859-15 l9"),
        (.singleOctet("ISO-8859-16"), "iso-8859-16"),
        (.singleOctet("KOI8-R"), "cskoi8r koi koi8 koi8-r"),
        (.singleOctet("KOI8-U"), "koi8-ru koi8-u"),
        (.singleOctet("MACINTOSH"), "csmacintosh mac macintosh x-mac-roman"),
        (.singleOctet("CP874"), "dos-874 iso-8859-11 tis-620 windows-874"),
        (.singleOctet("CP1250"), "cp1250 windows-1250"),
        (.singleOctet("CP1251"), "cp1251 windows-1251"),
        (.singleOctet("CP1253"), "cp1253 windows-1253"),
        (
            .singleOctet("CP1254"),
            "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso_8859-9:1989 l5 latin5 windows-1254"
        ),
        (.singleOctet("CP1255"), "cp1255 windows-1255"),
        (.singleOctet("CP1256"), "cp1256 windows-1256"),
        (.singleOctet("CP1257"), "cp1257 windows-1257"),
        (.singleOctet("CP1258"), "cp1258 windows-1258"),
        (.singleOctet("MAC-CYRILLIC"), "x-mac-cyrillic x-mac-ukrainian"),
        (.gb18030, "chinese csgb2312 csiso58gb231280 gb2312 gb_2312-80 gbk iso-ir-58 gb18030"),
        (.big5, "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
        (.eucJP, "cseucpkdfmtjapanese euc-jp"),
        (.iso2022(nil), "csiso2022jp iso-2022-jp"),
        (.shiftJIS, "csshiftjis ms932 ms_kanji shift_jis sjis windows-31j"),
        (.eucKR, "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 windows-949"),
        (.iso2022(.ksX1001), "csiso2022kr iso-2022-kr"),
        (.iso2022(.gb2312), "iso-2022-cn"),
        (.hz, "hz-gb-2312"),
    ]

    /// Others that mail has.
    private static let others: [(Encoding, String)] = [
        (.singleOctet("ISO-8859-2"), "iso-latin-2"),
        (.singleOctet("CP1254"), "iso-latin-5"),
        (.singleOctet("ISO-8859-13"), "iso-ir-179 l7 latin7 windows-28603"),
        (.singleOctet("ISO-8859-14"), "iso-ir-199 l8 latin8 iso-celtic"),
        (.singleOctet("ISO-8859-15"), "latin9 latin-9 iso-ir-203 windows-28605 csiso885915"),
        (.singleOctet("ISO-8859-16"), "iso-ir-226 l10 latin10"),
        (.singleOctet("KOI8-R"), "koi8r cp20866 windows-20866"),
        (.singleOctet("KOI8-U"), "cp21866 windows-21866"),
        (.singleOctet("KOI8-T"), "koi8-t"),
        (.singleOctet("CP874"), "cp874 ibm874 tis620.2533 iso-ir-166"),
        (.singleOctet("CP1250"), "cswindows1250 ms-ee"),
        (.singleOctet("CP1251"), "cswindows1251 ms-cyrl ansi-1251"),
        (.singleOctet("CP1253"), "cswindows1253 ms-greek"),
        (.singleOctet("CP1254"), "cswindows1254 ms-turk"),
        (.singleOctet("CP1255"), "cswindows1255 ms-hebr"),
        (.singleOctet("CP1256"), "cswindows1256 ms-arab"),
        (.singleOctet("CP1257"), "cswindows1257 winbaltrim"),
        (.singleOctet("CP1258"), "cswindows1258"),
        (.singleOctet("CP437"), "cp437 ibm437 437 cspc8codepage437 dos-437"),
        (.singleOctet("CP737"), "cp737 ibm737"),
        (.singleOctet("CP775"), "cp775 ibm775 cspc775baltic"),
        (.singleOctet("CP850"), "cp850 ibm850 850 cspc850multilingual cp858 ibm00858 ccsid00858"),
        (.singleOctet("CP852"), "cp852 ibm852 852 cspcp852"),
        (.singleOctet("IBM855"), "cp855 ibm855 855 csibm855"),
        (.singleOctet("IBM857"), "cp857 ibm857 857 csibm857"),
        (.singleOctet("CP860"), "cp860 ibm860 860"),
        (.singleOctet("CP861"), "cp861 ibm861 861 cp-is"),
        (.singleOctet("CP862"), "cp862 ibm862 862 cspc862latinhebrew dos-862"),
        (.singleOctet("CP863"), "cp863 ibm863 863"),
        (.singleOctet("CP864"), "cp864 ibm864 csibm864"),
        (.singleOctet("CP865"), "cp865 ibm865 865"),
        (.singleOctet("CP869"), "cp869 ibm869 869 cp-gr"),
        (.singleOctet("CP1125"), "cp1125 ibm1125 ruscii cp866u"),
        (.singleOctet("MAC-CENTRALEUROPE"), "x-mac-ce mac-centraleurope"),
        (.singleOctet("HP-ROMAN8"), "hp-roman8 roman8 r8 cshproman8"),
        (.singleOctet("ISO-IR-111"), "iso-ir-111 ecma-cyrillic koi8-e"),
        (.singleOctet("ARMSCII-8"), "armscii-8"),
        (.singleOctet("GEORGIAN-PS"), "georgian-ps"),
        (.singleOctet("GEORGIAN-ACADEMY"), "georgian-academy"),
        (.singleOctet("PT154"), "ptcp154 csptcp154 pt154 cp154 cyrillic-asian"),
        (.singleOctet("RK1048"), "kz-1048 rk1048 strk1048-2002 cskz1048"),
        (.singleOctet("VISCII"), "viscii viscii1.1-1 csviscii"),
        (.singleOctet("TCVN"), "tcvn tcvn5712-1 tcvn5712-1:1993 tcvn-5712"),
        (
            .gb18030,
            "gb-2312 gb2312-80 gb2312.1980-0 cp936 ms936 windows-936 csgbk csgb18030 gb18030-2000 euc-cn cn-gb gb x-gb2312"
        ),
        (.big5, "big5hkscs csbig5hkscs cp950 windows-950 big-5 bigfive tcabig5"),
        (.eucJP, "eucjp ujis extended_unix_code_packed_format_for_japanese eucjp-ms eucjp-win"),
        (.shiftJIS, "cp932 windows-932 cswindows31j shiftjis-win"),
        (.iso2022(nil), "iso-2022-jp-1 iso-2022-jp-2 csiso2022jp2 cp50220 cp50221 cp50222 iso-2022-jp-ms jis jis7"),
        (.eucKR, "euckr ks_c_5601 uhc cp949 ms949 cp51949"),
        (.hz, "hz hz-gb"),
        (.iconv("JOHAB"), "johab cp1361 ksc5601-1992 ms1361"),
        (.iconv("EUC-TW"), "euc-tw cns11643"),
        (.iconv("EUC-JISX0213"), "euc-jisx0213 euc-jis-2004"),
        (.iconv("SHIFT_JISX0213"), "shift_jisx0213 shift_jis-2004"),
        (.iconv("ISO-2022-JP-3"), "iso-2022-jp-3 iso-2022-jp-2004"),
    ]
}
