/// Tokens that were made once with keys which are thrown away; the public ones are here.
enum TokenVectors {
    static let keys = #"""
        {"keys": [{"kty": "RSA", "kid": "r", "use": "sig", "n": "woNMyB_i24Hg8yXIoWSXZrIEWWq76eFxXyky0Kj4evyrkdj1NftjQLU-DIdluXDWufZmwsXNoh8SvPp4536eTqMhLoBBeLRxMzOQ9c_zZYtT9GrIsldkxGA31-6SvhDNjQPSKlqTbGBjYNZCRd5rDTC0EHhj17XmT6L1m_KB4kg7UgmbkFjlqIZhZujeT2ti9hGCvkkLRzfs-wUeRkPm9hQfHw3lzuaO7hDTasic132JiJxF0SXH0Punut1mc3e7XlJXBNiELp1h0AwHQ5wPdXaTvmzhtfSAtYQvUsOp8jexu6P9kzRnPOial_zmwhmmykwMzBkNO0lOIJpwmnLdRQ", "e": "AQAB"},
        {"kty": "EC", "kid": "e", "crv": "P-256", "x": "31JIdzHahzHd5QAE5ryuxDuNurSESDWhAP9muk4sALo", "y": "N1WOl7j8UBliJQxCqzZZXQH0i-X_QmvaO6sVDq0yfxc"},
        {"kty": "OKP", "kid": "d", "crv": "Ed25519", "alg": "EdDSA", "x": "XAOzfFRAICDC_oBoXVYzAt60rYtzdxkKScMCG8yDSfo"},
        {"kty": "RSA", "kid": "short", "n": "zLkBhowy7vUJNcvoKrwRJgrszEacbf_6VwDgFLEmpyROoaZkGnMcW-JZ3EHEGqxQDTvvH04J0b5jrwSUiS2Dnx6CMWPhiDV-qZL-_E5Hu-gj18VHKcSM0mf5AhPkLMqriYqi2b0HW1fkEX5WuybMKY4pWAPrP8df-t5ofL8zsJs", "e": "AQAB"},
        {"kty": "RSA", "kid": "encryption", "use": "enc", "n": "woNMyB_i24Hg8yXIoWSXZrIEWWq76eFxXyky0Kj4evyrkdj1NftjQLU-DIdluXDWufZmwsXNoh8SvPp4536eTqMhLoBBeLRxMzOQ9c_zZYtT9GrIsldkxGA31-6SvhDNjQPSKlqTbGBjYNZCRd5rDTC0EHhj17XmT6L1m_KB4kg7UgmbkFjlqIZhZujeT2ti9hGCvkkLRzfs-wUeRkPm9hQfHw3lzuaO7hDTasic132JiJxF0SXH0Punut1mc3e7XlJXBNiELp1h0AwHQ5wPdXaTvmzhtfSAtYQvUsOp8jexu6P9kzRnPOial_zmwhmmykwMzBkNO0lOIJpwmnLdRQ", "e": "AQAB"},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"}]}
        """#

    /// A name, the token, and `good` or what is wrong with it in January 2027.
    static let tokens: [(name: String, token: String, verdict: String)] = [
        (
            "RS256",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.NtNRgn1xLTg-EY"
                + "enu5KR76663Hz5_4as7KDQyfvDbov0-Igkj8i3AmA6kitkBfAriYDteXun4ePxZrGxfInQE_96DjOB22RvZiZtEwkQ7xzsuR"
                + "AOzL2FpeN3VThmC7OQAnMXdszhHhfygIUDr8hMylLmfDhiH4sjnprff0ZwqPVFgUOpHWHCIKIhS0tDQyzD0gKovLz42TdwuJ"
                + "v-M75_PY2iPR3zsof-fTdMWA1Pl-TYaFhFQDN9THd696ouORaPnGkZ7RHdCeNdeaXxYBOZRdFqWVrTy5W-ssrFoYTntwINtm"
                + "Ye9RcB5Q2DRTvgr38uGXI9IBk05uET4vglbJOGoQ",
            "good"
        ),
        (
            "PS256",
            "eyJhbGciOiAiUFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.gpQ7j1_ZDlym1i"
                + "DzBWt7NwykiWP2tEA4fmiyaAyljswu0IbxVqN_IwyApvGixAAReas3Ys1LGY14yiyBoENcRpTCEB5IRQYRGeEsXhWGh9rOZ8"
                + "9cVshgJqAiDMgkhzSo_jWx2iVpFxi3RXr1KQcCqN_qITqM8IX-cqE3bxcoTn2j59mFOFcLqTgcpbhR5rvHI3ODW_YHHWjupm"
                + "ScVt5liOaWahKM_ItrW7OGlGjxtmACfdLVdhKccdeDZJ0EkgJF5CXgtcDXjv2_jKnSrngms-hdT5QitQBPKhYA5y7zwiD71n"
                + "KJ6_hSM09Qylha9h4zUjfaNU4znvgMqVYj1ezErQ",
            "good"
        ),
        (
            "ES256",
            "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.ZORJ8ypV0aYN1R"
                + "cyKDP6eUJJIQP0-xBZNph23vEHXChcB4qGdEqqYbaNxoJgg7WleMjFnFCgfPyrjaytyOcO7Q",
            "good"
        ),
        (
            "EdDSA",
            "eyJhbGciOiAiRWREU0EiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.BWj_pXaSoqXbzz"
                + "SINGacjNQRzIyzu6jIfdM28M2wy6yUBJY0NBMU2QTfGNaCdg7iUSp9B9ia8pibBFRTL3OPDQ",
            "good"
        ),
        (
            "noKeyID",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF1ZCI6IFsibWFpbCI"
                + "sICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJvcGVuaWQgbWFpbCI"
                + "sICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.NDFkQVOdljXQN2lPYwjQS7Ht4RzT5T"
                + "nbIWVRyhU0lWiypNRaiHim371Hw7xdTvbE4D9b7b5_FXQqogUVISTCE2d65hpYvBNtZuoNr2ofjq1DBq3u2KrEofmU39SJG6"
                + "WpTYoz1xoT78hOm3I27sGXldIeJ8y_BrpZ8ABmwzcY_lofb4tjS-gcvRwd0UuloS660WtsCff8HcsrsVoQuucbNWwHxrESGl"
                + "SOeEcs4_8ID35JoBe9nQdCvu3NO3mYYPTga7RbKsZyD2sTr_IR5qT68GeYL7Mxvx4Dx9l35TAhsJfvQaVANfkUDmUdpcOu5k"
                + "FvPFY89q3NrbkKqx18KoKM9Q",
            "good"
        ),
        (
            "microsoft",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6ICJtYWlsIiwgImV4cCI6IDQxMDI0NDQ4MDAsICJuYmYiOiAxNzAwMDAwMDAwLCAiZW1haWwiOiAidXNlckB4LnRlc3Q"
                + "iLCAiZW1haWxfdmVyaWZpZWQiOiB0cnVlLCAic2NwIjogWyJtYWlsIl19.o5L0yxCVR45mbJYbcIuztT1nyljVM1CBLpe3MG"
                + "OKDQkTeNsxwmsdNoYuI9Hghjiy8a_FVNkBglDzeceo8T8HCh7vZh-aM4W4pJ1eAvXb3ZElRpZH_Krc8ERg5ZaOKkP1lMnDxi"
                + "RfgwhJtYMHo29LgDv5MrXYsMEVlgJH4kRVboB-F6ob4of5DndYwkgP0_RccWctQTX780f-raphj0oZnKysvx8glCkgr9b0Ty"
                + "249OGPaonLuYGHAwt57_UjGcUfoB5CQoFaPE2eyaFbvo5kog2rX65MbCVRiLVRY-u3o83X6iD0HII7i1T-lQbB1ilBIOh1ks"
                + "69FpikKpzo32e36w",
            "good"
        ),
        (
            "none",
            "eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIiwgImtpZCI6ICJyIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF1"
                + "ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJv"
                + "cGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.",
            "not a signed token"
        ),
        (
            "noneSigned",
            "eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIiwgImtpZCI6ICJyIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF1"
                + "ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJv"
                + "cGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.GTJBh3WtFnyqDyx"
                + "akk1cDT5kwoW1iTCnKo3zA22WKCmmkJ63zJl3zKivtZtNMmIT48cP0Z9xaLN-Z4vyGDlU7Aad2kkgv0PWl_JFmx6MIrPbFIQ"
                + "KtnVPeA3xcRoBngmxk4fYhcUBc70AGlXH9eEewVVIfwZ01qbE-LczOqQUqgOF3k250wKlrxUYXLw3H-XeeSWhFTGUtqBi7gK"
                + "dCCQbDk3c974FtCvkiPbQ4XJgCdhB2R3UChcjbkKJmm0o5GuARYkAxzRjWpCXrSqzPpc48UYx-DfG_Bnt_pq13HaU8AiwQMS"
                + "Fl4vvaFr3gR7-ChB7RrW6BLRFdwcPSOr3cJZQdA",
            "not a signed token"
        ),
        (
            "confusion",
            "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.E33k6BXxcDaY01"
                + "YOiV2-V_KAB_jHQbXiRW0Uu5tAPKQ",
            "not a signed token"
        ),
        (
            "otherKey",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.SooUPQ6wHfTIxt"
                + "BQlwKv-Gt-LNRDrHxgihOT9xDaZj19Afrs7oI2oSQVY8FgliZIghbbEONMtx7hGhdGMtx3oFiBM7yQYFSik1DOzhxQdrNgW-"
                + "ozmpsNAyaGXOVz7cJiKErfDeUFzSx1cgo9L0biypIYEQx2SFOFm8XMqbF4ryyJx99H7H6W6hO-lb4xDguFWgzucfufkjivYd"
                + "zlik7FmOfPNn7spn4JSGq4AKzPoOPBMQiLgyOoMUrXTSKXMwajxE9HRScW6lyKuMQCWz0BosVTrZaxtAzP0I3fBAfwlZPQVy"
                + "Wtar6VlRRu753hpA1jwMdTnX2i9BwKWvzAqadryA",
            "signed by nobody who is known"
        ),
        (
            "unknownKey",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAieCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.DItSW14q2xYYuw"
                + "rQ6x7CqggnEK8pnh4Dq2xAu4L5V1Z78KLSFvHGJr-3Yzya8RR71ThZeln13TOd3el8jatnhYvSaDdIAvjyM_OOJlYbJ5klh7"
                + "W1VdiM89mRYqehB1seU4l3uutkXbXykTGuNSIQFyFnEnVwYNAgVg1kq6AtEpJOViLWoBog4B6iE8_btKwZIuv68gxvUDj3cT"
                + "K1VsZV-sI_DHRq2oFjbrneTVh4ZuqqRrZddKgFpYCtIMujNhJhQwIDG449XKc9bSQ07cBt5pWf9Sdte7bg7izxsdz1JwT2cd"
                + "RYcL77Phy_mOtfo17b6PWGUZOTbSHEXOKVbeoXeQ",
            "signed by nobody who is known"
        ),
        (
            "shortKey",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAic2hvcnQifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0I"
                + "iwgImF1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZ"
                + "SI6ICJvcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.wt8OEixT"
                + "87hvG5c0QRwV68HeVqMPeMCFLaTvIDQ6lB6MscJxucNA2zw0-gNloH2EQUh4S_0kwWWxlQ1hZyxWb-RQOsQHLUSK-cRM1Yqw"
                + "0hw1ZvNjPVX_iVOv-6olUux6gsPCcGS7XYOfL88BV2uo8Imynl6QynjcbD-BXMYp7fU",
            "signed by nobody who is known"
        ),
        (
            "encryptionKey",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZW5jcnlwdGlvbiJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5"
                + "0ZXN0IiwgImF1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJ"
                + "zY29wZSI6ICJvcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.Qh"
                + "kob_tFa5bHVBQck7UoWeUyLvms2rrRKilpk18dFlquqzKe6buuod94QfYf4MdBb5WEpGWr5Yhj3qmoOezrjqvJwzdNOYWtA5"
                + "Zmx9R2xs2WETE5eKUYWX2BMu1O2Pbp2s37pGrBN8R4Wrsz8XeGSyPE6zqHqhl7CwxsQqVHyi6AH-Zh8NFINSlohi6rDg4xoG"
                + "BPyq7bW9getJRjavNebmihCuBPW7WfSOF2LzYXNEZAkmdOJI9obficWrYFBO5T1HK71KnXEpCN0ER1KkfFKs9v4OpeXk77at"
                + "yNdXV3lmkyaXxlheRR4hp3bskIi_kK0p6L5Kp_xd2t6d5R4Y1UbQ",
            "signed by nobody who is known"
        ),
        (
            "wrongAlgorithm",
            "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.bcpTcXTfHplzQ7"
                + "NbmDozRv4n3typ8Yp_7L0eUHSO7oqUztb6SWEN6aWfEEvlnUpYg1CXCuv9JUOoC064h6QL5q1uZTTQ_cVmiMPHrpWBcWPZ5O"
                + "fgFzU1JufmuXp2k3lQvYKTCWfWdB22EMkE6cwpFj8dYq9cqkSd7tS6gdEHWivgt_8gixJ52_1MOJBTjx1wAuptxjR0yim6dg"
                + "M7aMCc32fWZNxqsF9djMGmnGUXV0RgFvIbckea7lyZ-e0Ah0PBKgkdmHK4EUSpsiC15Td6CiK4g5lydYAYxcjoczhuQSg9f-"
                + "9rCTdpBrmw_th-EeP9Qvva4KxO57LvwW6PFGaNmw",
            "signed by nobody who is known"
        ),
        (
            "critical",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciIsICJjcml0IjogWyJ4Il0sICJ4IjogMX0.eyJpc3Mi"
                + "OiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6"
                + "IDE3MDAwMDAwMDAsICJzY29wZSI6ICJvcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJp"
                + "ZmllZCI6IHRydWV9.UAF56QREjXQrd5t17DM6YPL8mXO4cz5uTpD94WkbjVOaI53Y4M0Y3ieTpgoU8LaL8XG_5Rd_6MXeEr7"
                + "5iIpDOk2_QGldtzYOu6PFeexExmVnm1PwuLwMS99JZM9-POwYr_B-sOkbKaBYhnBL_Ck9S2BfHYnhMvkLRHre6IE723D7vA7"
                + "s6G6tdkcKoF3v8Kjum4wHdeq-95LIMVBcP3w85-TR6uk289ec3JIKZS4PZXFF1rACRIh5S6YcpxtvSMEYPmtYo-luSgzPTCT"
                + "WlJbDpyIVIcdB1fV5kZQvCQNF2PK3_baDcRqTvw7XxSRCK6CIEu0Lmmi0t6X36ljbRe5nLQ",
            "not a signed token"
        ),
        (
            "expired",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogMTc1MDAwMDAwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.jMJbYAUoMwhMdo"
                + "r-xA9pQ0KKAd4fM6eCGXyrKDfK4UrN0Ht8apcxV1IUjSZJAOt6rtiR38sqyJDmfzkXvWuTRxrfFAkdKOnEqnQg7k9gsXZO1g"
                + "KuEzeVMUnvDdsDpe0-kEyadUZ9PZ306HuuO5Uf9EzvsGi_yHpgzEgLK6wQH1hTO3fq0pcnBX6niOqmWPbowHkGD9KM9kmMyn"
                + "mLSPQpGkymbxIVoyZuGSPArkfK9Kb0M6YoirP0kOpATtQuNpff5lhMfLt5WDuBUQID-iA0AvRgF5_c7mqHCUmAJS2iwekn2e"
                + "mcDwbBbDN7hVCp75Qkt14x1Hreziki5xZA1WbEDg",
            "expired"
        ),
        (
            "noExpiry",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAibmJmIjogMTcwMDAwMDAwMCwgInNjb3BlIjogIm9wZW5pZCBtYWlsIiwgImVtYWl"
                + "sIjogInVzZXJAeC50ZXN0IiwgImVtYWlsX3ZlcmlmaWVkIjogdHJ1ZX0.tf0wYfqyGYSqE_0HDc2VYXDyJFEjHIgK0x1eDiU"
                + "swRj813cEkphjEssVuSdglwhqpNFcwZahOySwkVqKoxzyXurmK4hhw30nJn0dXC2ICw5nMJhfdFzrWhQYEkBhcx0oYEk3O96"
                + "wrjVAp5_TBZdDtvlPuL9ftT2Tk58nuuJDPcafNMHOtVIS73ajKpukyNVR7Jr3T_WgNYaADYVQd-q4NWPM9uGKAeFpKlUqSqI"
                + "XfnBrN9mYxFfGQLKHvDdWFmlTOSf2VqPb8aHUIIUf2mGOMK2Y7skZoh9f2x0agOKnzd2ZWPdq43qv5LDefjdSFcOQTWIlLhy"
                + "C7fQOENIiHNrjgg",
            "no time of expiry"
        ),
        (
            "textExpiry",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogIjQxMDI0NDQ4MDAiLCAibmJmIjogMTcwMDAwMDAwMCwgInNjb3BlIjo"
                + "gIm9wZW5pZCBtYWlsIiwgImVtYWlsIjogInVzZXJAeC50ZXN0IiwgImVtYWlsX3ZlcmlmaWVkIjogdHJ1ZX0.np3Jb5hpvEq"
                + "3T-gpER4R7tH2SLp3bGsFhQqQ2CxtZikGCEGLXtlu59ID5r_LrpWfVYMkfotoGkX_y49Gg0eAiUzCUyEZbzJhoe1x7DvvL2a"
                + "8UwVKxPs3tbCk8oa76y6e7NQxCg_61LQ26iHxutADuroBP1zfwo6yBqIgGi11_f1FeMvhAcf2ek-EDXuNuNnVlldEDXjeQuJ"
                + "9LB4XthdxGC_8kHCtw-SIGzJsdiTVuZDGj59E3oFA71Mau7egoO-aeqnMw_4ipzcFLu39ArWmD4-xJQL1QOquy06EilDHofB"
                + "kCrFV6JOq7BSyBJ86AvaPWU2nCJtYIucu9utw08KV6Q",
            "no time of expiry"
        ),
        (
            "notYet",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDQwMDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.tmQnFSkUJsWopp"
                + "SJrWx7Ml1ZQek6T-p6t4U2wofSzZvQoZSf-D6Tl0s620au3_4N2YNlvPGWmlmlpcFneZhczdZ5ds9mozegvqUVoOZySdmchr"
                + "Q1y9BlfqYAqHRQ3gyq-xXFOLLXYGDnmQWRmC_154Ufp-kwIQlEX_vqdfISyLGscHoc7_8s5GLKHIfEvfl9sxUx3zQ82epvqG"
                + "sf03-REUnuLNuQazE_Xmzgd5vzWU1mO6nO3bIZwpR6pKEsX88Qgp2wVhqbqmGyoim46aOkG5d9Lzh0peh4PIN6hJZaE2Iqaz"
                + "C-G1eYP5RzWnelgnfjF4fZnzFa-6amdNEG6h9cbg",
            "not yet good"
        ),
        (
            "issuer",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9ldmlsLnRlc3QiLCA"
                + "iYXVkIjogWyJtYWlsIiwgIm90aGVyIl0sICJleHAiOiA0MTAyNDQ0ODAwLCAibmJmIjogMTcwMDAwMDAwMCwgInNjb3BlIjo"
                + "gIm9wZW5pZCBtYWlsIiwgImVtYWlsIjogInVzZXJAeC50ZXN0IiwgImVtYWlsX3ZlcmlmaWVkIjogdHJ1ZX0.nhdHMQdrnQH"
                + "nOphc_zoqnpTT61zeEQw-Mhn3EhRZzo0xV5gUac-_fItgsrEmD6LOo2psUkFqH0HQ_EiMuKgMhnE78Qhf3G-Bx7fzZF5sEDw"
                + "dYLsVFG1Cf4eOAOo71Uy5vH8Am0Nxj48tC4-shhHsjOMUn4EXsdQcTx1Xgv07itWc8WZrJFMAPCJX340sD3UIDV4rfx-uCcW"
                + "T0HVQv1vh-OWzBKqbzxiZQX3POt7S_D4fkwFgvbhF_IBJTxOFfW8JFGzxIQYuEWGL-izBiHC4C_aNVN_drHe3dwkL1ihvqdR"
                + "inU89NhwGswcK2J9lhHfRazcJM8FQuIOlN72RucziFQ",
            "another issuer"
        ),
        (
            "noIssuer",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJhdWQiOiBbIm1haWwiLCAib3RoZXIiXSwgImV"
                + "4cCI6IDQxMDI0NDQ4MDAsICJuYmYiOiAxNzAwMDAwMDAwLCAic2NvcGUiOiAib3BlbmlkIG1haWwiLCAiZW1haWwiOiAidXN"
                + "lckB4LnRlc3QiLCAiZW1haWxfdmVyaWZpZWQiOiB0cnVlfQ.ooEOQxkHno5dtB5ehLmwq3-mmnpB9mwkM3EP5qiVtuvfsdEi"
                + "uykhr58iQmu3UW_L8opY4LEOuzy6djPp4l7SCB92hmKHqaOMfwiio9nI0lf20nBEs8rdwYaRJVxw6F7YCqE80LojDFqxInPD"
                + "wKBAuOwM-oe0jRINa8QrTdX0_VKz2niF1tJ2PU7bqgkkw7nCh9sW1m87WOHEAsC9xvz1CToL5-Q0NV00e4N1BW5zXvhKfD2L"
                + "NgKStIxD2xbUo_9BrZAPkYFk4zd7s97lRTJgAsNPcrX5PLEfplR81S8e2prfJ4juKESjSG7COk0EvGaUm0l1GBr8D0tXXz6A"
                + "sz_Q_g",
            "another issuer"
        ),
        (
            "audience",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6ICJvdGhlciIsICJleHAiOiA0MTAyNDQ0ODAwLCAibmJmIjogMTcwMDAwMDAwMCwgInNjb3BlIjogIm9wZW5pZCBtYWl"
                + "sIiwgImVtYWlsIjogInVzZXJAeC50ZXN0IiwgImVtYWlsX3ZlcmlmaWVkIjogdHJ1ZX0.SD5Db2NegDJQwvoCfYO6-LpB45A"
                + "3tjZYgkrMVohltc80EsG4i3euverEUYfPm64vq6_Yv2xABXO52n1_u-88bg2sr_TalI-L8IJ7lkeznCyRGMqB6ze6thd_ZrM"
                + "BGRvioXyLMST85NxzrMPOShtQT1A5QcEoT7sPX6FoiCjklzAauU--BNUMBShARYPDIkLZuc9bL199MfsZ_WtVVm-2yJcZWTk"
                + "NpKNaEy20MtP5ZmVwkPJEOA9Nhpl0LkE6_m5KfA61_kw00Sb3KLQ7aKM6efKFqWYEB2cj6pHXL697TtlGZjF2vDx7ZQEK6jS"
                + "uVGpBmEjyGV2eKjiYRk1SWu7dzA",
            "for another audience"
        ),
        (
            "audienceWords",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6ICJtYWlsIG90aGVyIiwgImV4cCI6IDQxMDI0NDQ4MDAsICJuYmYiOiAxNzAwMDAwMDAwLCAic2NvcGUiOiAib3Blbml"
                + "kIG1haWwiLCAiZW1haWwiOiAidXNlckB4LnRlc3QiLCAiZW1haWxfdmVyaWZpZWQiOiB0cnVlfQ.ZK-IswD5xMKj-tYW-dBs"
                + "0KKqqnjCbR91oXEW7_nQyxL-FW62IVdFu5zx-eyCk2sV8l8-lDg-wbumlOKZbqr9i0o6XcGHa0R-4h86-YWHeWxNiskd48u8"
                + "1SlZ7nd0MuszH_VPcp-YcgjMizI4f5gcamEmizdQYTLx0K7B6Ejj_bQNyJ4t7Yihdi8u5IroI5t80nRLO71g4oMVDTw3Hc_a"
                + "jvZqNXbm5fdxhqpagAoROWUe3238RFuig8BknVr6VivnVjMCUv3h8781rkVFT5l0oxI9I7wf57ssSs6LTIk2Pyuunwfzvo-A"
                + "HRO55LcuF7q9glNPsnVNUtts1woFI-2oOQ",
            "for another audience"
        ),
        (
            "scope",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbGJveCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.dawbOvuwPT"
                + "xZxaKELhCf0uVWYkec4lTyQyDdTw2DxC5isk7I_IQaPJTtMEcDD48_ME5AO9f4f5e5Xel77SvCm4sMZZyJFX_I_qIpZMmld2"
                + "IZUfKtizQi3rHSGlHogIiKZdNsI4_wOnNfWUmTu2jKTjDhtf5L4ZPgertPkKfyOam1HXQPspGcqthGnpB3WRAjQNswpN3Azy"
                + "zACpYS8fbn-Ds3R4OmjO0u3QWRPwdSb35Fs-OvvbXa1MhXhPx68qgAUj6AyMkcfioTVqcaGg0Utc0Yi7ejFhtQOQ-Ipcv_cC"
                + "fH1-I2XdfuHKX_bLfSQLPmZB8jnZJL_aJSooYQWpscUw",
            "not for this scope"
        ),
        (
            "noAccount",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.qCZvFmFohfUvdQNpjRCQqB2ayirtU5kkHvGT6AZiDv40xM"
                + "b6DQmqLZDHK-tQkl1Df3E5ICbMnF37X6RgvPh30O5sk4K1cJ0GFvvNQ7pyhPshhb5FPtZ7h3GyQth1OvMaFkVHqZtBbvy6Y1"
                + "jK4oVUM8aNSDf4heu22Y_KS6yrt-lP1TXLkVhyMRT5vuHJ3VNSSpHxHkzzzG6bCc28lgDeBZ7bEg-4sqlgtMPzu7HqnLn21A"
                + "WlJ8EcmzIgo3Ype-EK3nMT0IzjhwkmyW3osUEjOzM4mYPFtmdUf1U55Asb58Xg2trsOomyU4BuB2EZVMXoO-5X8Aey2f341g"
                + "_-HNxjbQ",
            "no claim email"
        ),
        (
            "unverified",
            "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiciJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC50ZXN0IiwgImF"
                + "1ZCI6IFsibWFpbCIsICJvdGhlciJdLCAiZXhwIjogNDEwMjQ0NDgwMCwgIm5iZiI6IDE3MDAwMDAwMDAsICJzY29wZSI6ICJ"
                + "vcGVuaWQgbWFpbCIsICJlbWFpbCI6ICJ1c2VyQHgudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IGZhbHNlfQ.UANq2ataLlW9"
                + "kXimwGVB8SmjjgAJv0Zbf6WrJ6MvWq8JBWeB_iVmfkgmSolew0xv898MML-6kmGM4SmSzqxtaFv4MKaFNtFTsQSDS4kBA1bc"
                + "_XTiSAhOXUU09iYgBiyqW-IXtb_326bi_8y4Wh1Qrn4SbfqkXNciybyToordLL6OsZljnmQEqnMhyKRwRD6lRotsxJCns_nG"
                + "ZQYzFn2FAYkPWCtsHv0irzDDIsb31nJvRrs00uMKOzNafkTWm0N73eCB-AQPG9padJ6dG0rXH9vmNFdUeVvUeF1DJETElF9g"
                + "uN9HlU1LOzZXZqTNV3V37erNclUT4ujWkgYQmtdsjQ",
            "an address that was not verified"
        ),
    ]
}
