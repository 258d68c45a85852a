/// Keys made for these tests with the openssl program (genpkey, rsa, pkcs8, dgst -sha256 -sign); they open nothing.
enum KeyFixture {
    static let pkcs8 = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC1sxWA0i9SXv16
        KoZMOdamx6DBwlSd+4i6uolmhgyhfn6axDqaa+3lh3BFyCsNAu0g+5kOVl3afMyH
        KgHVgcmuqyNyzpgbly3kLvd8IrWZ/lfEfZu7zDdNQnlZ3CKrD8TNoHmnv7+ijHar
        L/RwLnhNGoErw8AL3yCoPRZqa7bd+SNMhonJ91vDg5XYssNQ6sLYwfcHRFXjgyhw
        3FlzyrjByPbQwKgCzsG8mxae8JwuMrYplRhrn6s3oGQaK6bgc58dWoawA5mgj+0U
        Jd2dP9yRAgJtgn1b2pG/sFJWBll+6Sn+R43TGgAtCzEjUwWKImXv8aXk2Da/C3KG
        Cfy7y6EBAgMBAAECggEAQGI9V+DimM8FBaGE5gTGrWFmctH/9t0XBYeswVH1rtHq
        Xb/zvh1JdoBIBcoYiytCyGGuyfhLmGyJcsmtTbEIPKby0C8pkfk/bzA/TNLlw7Pu
        +LbDlMeXvv4zjuZkuHXFeFGJWiolZx1bvWwoMwocYcHnDJF3/xzo7wR6aWpSqZOS
        Fz5jejg5yV1oESx7lDBH/WjBkBh/dBPKPXDGNg9X1GF+W2O6ZaWWhE9OL+DUV6yi
        //m0MF+Q5BaabM/ACmcVL4B021xaiwxZdi/D5b01iAE7IYnGs1cetvvaMKjrK9Qz
        frBQsfFIp2ByB06sE19nTSrFyFfMLeYjv/UH47I5ewKBgQDZOnY7PkdF0tjK78Ps
        tUVLOy+QW+9S+IjEZczmp1lko7Nc3khvUJhldoP0pR+UR9xOmRdpuGF/6VvOQnEf
        FufoT03+V2AUs2P1EO06fA2ej7h9BreYQ1K3sNAv/9a8ivDEPvGiFdx3h7M3Fruw
        5AKD26KCS0C8rNivNjK3J8SZlwKBgQDWIT/LfPUzBRYrrQSilE5Zil8JN3oUDx3t
        kWbQ2ZOyS/vf7W5JLwB4BZTCh6MuM65AUB7ri43sYsALzylFhB3Wx0jHeHIRTIot
        kj82RQn4JRhXrAA97gT3OGxnidNj0cl0XyZOC+rasbYVF+CVxX+cn4cc6EGwf7dV
        Wp/lPSL9JwKBgGvZpL3BK+20w0HuTJ4HWcICPpkzq9zL3Et2J4cU60MWK4UeL2Rk
        5WTqtJUQLl+WVgEH7SHmEzJIj/YV8sf2vWkPhq+SffeJIUWZA88XrENfI7+fSCPm
        uPjOZm6OXPT7HpKwlZNduzn1O7tMJB+s9Lq2nzaFWjzSrDpBdGiO7AM9AoGAfqui
        oozkPG9I40Nx139mLf/2ImyoEg+zQ6NdMDVV8waSFLDPKgnc/CNJEh7NAHrgHPmI
        oQyoQ2tTcmj1YEM8p56yRhXRXLxrjXPTYxZKRHolQU/lwLz6QQkmz8UvwQAMbYQQ
        E+Fm6EJylV3PpKn1yMByXD5lBbU3zg1TQ3f8J8cCgYEAkbkBQm/JR4hXoKa9Mhz2
        BLs0jaaZjvXSXUF8URf+KAG4wqumxrfiFZfrYVynKXcHpaRztd5fX4JuVUrv0Kx6
        MUOpsShJ54LhyDR7jwkqMKMYeC7KPbRtmgrM5Rw7MPB8illcJSlqe20rq01BWC5Z
        ZmNv31FMVIl4U1I3iq+bMIs=
        -----END PRIVATE KEY-----

        """

    static let pkcs1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAtbMVgNIvUl79eiqGTDnWpsegwcJUnfuIurqJZoYMoX5+msQ6
        mmvt5YdwRcgrDQLtIPuZDlZd2nzMhyoB1YHJrqsjcs6YG5ct5C73fCK1mf5XxH2b
        u8w3TUJ5Wdwiqw/EzaB5p7+/oox2qy/0cC54TRqBK8PAC98gqD0Wamu23fkjTIaJ
        yfdbw4OV2LLDUOrC2MH3B0RV44MocNxZc8q4wcj20MCoAs7BvJsWnvCcLjK2KZUY
        a5+rN6BkGium4HOfHVqGsAOZoI/tFCXdnT/ckQICbYJ9W9qRv7BSVgZZfukp/keN
        0xoALQsxI1MFiiJl7/Gl5Ng2vwtyhgn8u8uhAQIDAQABAoIBAEBiPVfg4pjPBQWh
        hOYExq1hZnLR//bdFwWHrMFR9a7R6l2/874dSXaASAXKGIsrQshhrsn4S5hsiXLJ
        rU2xCDym8tAvKZH5P28wP0zS5cOz7vi2w5THl77+M47mZLh1xXhRiVoqJWcdW71s
        KDMKHGHB5wyRd/8c6O8EemlqUqmTkhc+Y3o4OcldaBEse5QwR/1owZAYf3QTyj1w
        xjYPV9RhfltjumWlloRPTi/g1Fesov/5tDBfkOQWmmzPwApnFS+AdNtcWosMWXYv
        w+W9NYgBOyGJxrNXHrb72jCo6yvUM36wULHxSKdgcgdOrBNfZ00qxchXzC3mI7/1
        B+OyOXsCgYEA2Tp2Oz5HRdLYyu/D7LVFSzsvkFvvUviIxGXM5qdZZKOzXN5Ib1CY
        ZXaD9KUflEfcTpkXabhhf+lbzkJxHxbn6E9N/ldgFLNj9RDtOnwNno+4fQa3mENS
        t7DQL//WvIrwxD7xohXcd4ezNxa7sOQCg9uigktAvKzYrzYytyfEmZcCgYEA1iE/
        y3z1MwUWK60EopROWYpfCTd6FA8d7ZFm0NmTskv73+1uSS8AeAWUwoejLjOuQFAe
        64uN7GLAC88pRYQd1sdIx3hyEUyKLZI/NkUJ+CUYV6wAPe4E9zhsZ4nTY9HJdF8m
        Tgvq2rG2FRfglcV/nJ+HHOhBsH+3VVqf5T0i/ScCgYBr2aS9wSvttMNB7kyeB1nC
        Aj6ZM6vcy9xLdieHFOtDFiuFHi9kZOVk6rSVEC5fllYBB+0h5hMySI/2FfLH9r1p
        D4avkn33iSFFmQPPF6xDXyO/n0gj5rj4zmZujlz0+x6SsJWTXbs59Tu7TCQfrPS6
        tp82hVo80qw6QXRojuwDPQKBgH6roqKM5DxvSONDcdd/Zi3/9iJsqBIPs0OjXTA1
        VfMGkhSwzyoJ3PwjSRIezQB64Bz5iKEMqENrU3Jo9WBDPKeeskYV0Vy8a41z02MW
        SkR6JUFP5cC8+kEJJs/FL8EADG2EEBPhZuhCcpVdz6Sp9cjAclw+ZQW1N84NU0N3
        /CfHAoGBAJG5AUJvyUeIV6CmvTIc9gS7NI2mmY710l1BfFEX/igBuMKrpsa34hWX
        62Fcpyl3B6Wkc7XeX1+CblVK79CsejFDqbEoSeeC4cg0e48JKjCjGHguyj20bZoK
        zOUcOzDwfIpZXCUpanttK6tNQVguWWZjb99RTFSJeFNSN4qvmzCL
        -----END RSA PRIVATE KEY-----

        """

    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtbMVgNIvUl79eiqGTDnW
        psegwcJUnfuIurqJZoYMoX5+msQ6mmvt5YdwRcgrDQLtIPuZDlZd2nzMhyoB1YHJ
        rqsjcs6YG5ct5C73fCK1mf5XxH2bu8w3TUJ5Wdwiqw/EzaB5p7+/oox2qy/0cC54
        TRqBK8PAC98gqD0Wamu23fkjTIaJyfdbw4OV2LLDUOrC2MH3B0RV44MocNxZc8q4
        wcj20MCoAs7BvJsWnvCcLjK2KZUYa5+rN6BkGium4HOfHVqGsAOZoI/tFCXdnT/c
        kQICbYJ9W9qRv7BSVgZZfukp/keN0xoALQsxI1MFiiJl7/Gl5Ng2vwtyhgn8u8uh
        AQIDAQAB
        -----END PUBLIC KEY-----

        """

    static let encryptedPKCS8 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQICtMeOaNSGjYCAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBBj42a1ZMJb2CIPcdWkf5zYBIIE
        0J+4UKDTtIEk5DDCXIDfx7FGPzOXJ3tirRAIKnTSzADPYNmhddU+/R5b/4jJM1fh
        o/1ie6DmrJXzr4cGR7dvyBdwyQeiX9wSRpAQGqRaAoGGMTvhhRAvsMheR6+Ps3Ik
        9A5EaU4kr7Qc7EJLY+/VaZbxkvyG7mC9PChu9yPwL1zBozmnBQGU4vzd9Ewf2N/H
        IrnAiOQRkTw1GnZYNHbqeWGNLVqDP2wfbdJhKEmB3oZiEvRX0IU7mqMLWpuyGXDb
        BBqcxVJC259aQCT2Hfuxe0IFJtwqyQl/DgEwv6hS+VAf2ukIZMLrb1pt5hLAyPMb
        NghLjYZ1JUwKPirSVKieTKMSzUli/O0epPYI9mPvXEot20KovIY11amt+mjYZdQK
        ZYdFtCbkseQpQoIaSKluTogFbe+MQ7Vs2eXQbEzyYgy/Pg7xdtDfMrFbuCS9JL16
        54LmJ3Gr1y68jDW3R9c0NK3WqJsBWAg2hg/gE9sy5ENu9sli6/hd9WZ15vrmExGy
        Zy2akNoGYiVp3zaXxzRRkOvd0pFzuVkbABGVlONHZo6QWIQzbDXAiEzYcY7TVcNG
        AzVJtGsUaDT0BdbiP5AUwyja/iu0G4CT810J9HChpWEveouOclR9dlxE9VtvP25J
        c0mbDQSr8aQOl0aOKQSQ3rLsUz5QWKcDWQMqlDujbbT7/DVgXTrlUCG/fxw2zdg9
        W3gGOqD/Mok6fkVKZLeiOz8r/K6epr8o8K+DikFqH4Krpte+/5PP708rE8GBM/cq
        RwR+YUR4DB87sqJDF/b9iAuqva68A4pyegAfCy5REFJ7D6GqX072GkryMTw1iS8c
        gZ4koRNZKe0wkqEfJZ/PZ777gV78ZlbP/N9Pa/gkm2g36+GcZhyHIA4lPsOvUJYn
        82IMiPrDUsVbXyu8JyiVFdWfNtd9jTmad4vMBwalBNX/fiwVrt/wWNCgOtrGcexz
        U5eTvQCNJH54U8J4LZ9RshAvnw8YfqGjQWOUS68vSLLQZsnN4kuZTWmvEKN3Ie/H
        mG/T69su/CwOgyZSOHuMWx1gtlWdGzB8YTCoep3+u6fJLKkbAAFXbfTlCN6A6RCq
        hZJqQ9nkixcdYqvF4FZB+PwHr1WihQoUHHf5N9ruZHYBlSOZpxWVGHzBtqJ3FLnd
        7FaLfZp95w3WpRVeWLN9tJUepaGLqigKq+8UQSsUF40cU1f03a0BZOA5TNfiDWu3
        YdGwxfLu5k1EIfKvfP6Z8L4DFqb98GbT6XnKQ6HZOiQAAPXY2GYcJ2kkhvyFZBH5
        7xOleim5dFJhcsZCW4pIZ1C/8ze8EnIFR92UUuuNOWHgP16u/NzHozmXp5kBeh/H
        ZFNqRxm91bvFN292mtl/RgMcZKJdIzpPj6bt1MffN4z491eyUFUhdEB+nKwFSCZm
        ALfzFIZarTWJg5Tjo0SVFyPdQxz9eAgOqRHtYO+ZTtgp2EbRdXoeagAE7Yeq1G46
        a2NyNMRBOcPED3cF/BbPjy70qDAR10UHT7IOKQdW3+pRY5SJIWickeLF/EnoexQc
        TDpMFxlu5KLYcWXL7VdAW1kByyaiwg/UXrlWDmdxBlaq/Ac+05kd3tnTsiMX/vp8
        nnrxf1AIrEFVD4I6kjLlJiZcCrnc+6Z2KjCeRUizaWC5
        -----END ENCRYPTED PRIVATE KEY-----

        """

    static let encryptedPKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,ED04E6DEC865B4AA19DDF4B5FB068092

        Qz4Lu9Rt8N2Iyq3JTETWMuqt4m2GNTSMljhWJBrPVtk8NK1Zn4ZTBp9uJ1s8lzFZ
        xkjC+jZyKcMnGk0MILSWNHVzplahvltSjE7EkBn76ErjrqGIIpZTbVmdZ6rHsOZz
        nki4ru8GjzKh9SAXqdYHKMGDLHVkMXCsAVR+qSzsrOWzcv/HNhg4V5uNFPq/3xra
        7+Fm3hnwZ4ANupZJzKyqGQPwldMba/vWSB8vcQWz/DzSiAnV9Q8CkNGmRDBJf7Ek
        bAG9IZWwKieuQUde/Y4W25dRWRKhrGsq+l5lDVfBZSCCqZXY6Q/C0qjVcEDhI4fU
        X/ZUYfOOshQUAAR6yT+fFCbmHGT11u5z5xgJbVUlCL/zSgHrGTgiv95PZLMmY5g3
        HJuoyKZAwlz37PRFqYaQeoOxcHdXufTpXqyaDIOOqynS62kc4/m7U8Mj4Vni4Lhd
        OGvNl+6uh/nfxnFWkb5RErbKpGNQSsk8onan3UvAPULUZf2TiVEbvmqPk9rzY3JD
        boJzUKx2vU6CPrPtWycYj7LeihfLDrORiIi9DRhCSh8opahuDOvLPKISTbpdwye1
        I9A2J4fGsjnhxYns2dM0pqbHo/8jXuKhMiyBPqt5G70PKd3IJMTsb7gBf9skEQ0F
        vjxDWPZPLi1fQkfYHqRJ8oX8JoVdfG0M7RUUdpuC0REaY/Z8Lkgp9xaO6peuixau
        AgtapWEs3HOehafn99dcBaIRnoXt9VrMo50M7QmECDKq69GkEVNbuA4fvz3xhhcO
        T1qnHmQg7frHICQaKcgj4+j+9mzI3usKdxJO89okL7rz9y+FxgO2c60vQJ6zNLnt
        Yfh/28VGhsL4fSvN8II8LJuUV/I+RYeEZHEDzKrEX0jv6SwGsSM+GGSJlUmny1oL
        7sfd+DjClx7NzNyZOzzle5v/V9up0SaAx5PQoqMBhfBvt9MWIPTe4T8O40t2hUls
        1i7lP0kwaouNy3BXM7B3O6sPM/EtKhPkvKa9uFZyARHDZaDin6qVocfYK1jOPbMM
        zwRylZb+ACL8KQSwNl7L2KO6FUlTQtWb6FdfTvkcESN4kfvP3SRLLivb4cpINMuH
        qAupKXo6MF8evdx6rx0F0etqYBQtTMAxUH4UzbnC1f+xU1zlXUXbAtdFOK92pQLb
        am5wVc0rAog76zE51yt8wIfFpBkhM2jM9EHZUKJyMjtlWrht+fkvBttYJdllf4rM
        NLjU5u8/LHCg7Q2TSB5t69Z+Tccc89oMqEWuCDEMfy32yPcAPDDOPjVIEjj3BKGc
        WhapGrSTPr6ZnNHbhsf1iUAqkExQAL56c+WFNyP9eY7eZFPPV6yHO5uhQUXg51fX
        epwp0PI/poy1KFaDleYfyFc+MahftSqA1Uf+g8+SYoAmCSKcWxI6GYRHoRVIT3A2
        1F0O24DXV57YYN2z7HuJDODqw6noC3CRaffP07cdGpL/XZhlWd1x1vG8Efg+gEdH
        aH/08AKNJY+ynHtxB7ZD5jjSr6Nyi7pVHfN0FkQrg4V5+VpjigKXOxeasorz1YpJ
        /rdOS9ph0dURgmnD8rr+4/Dclk1eWVHozJeMOgagaYNpq8/ybXaGNcdFrgirgYTc
        -----END RSA PRIVATE KEY-----

        """

    static let ec = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGTqncAxHWvGfA30e
        68Jxwk3nC1OxSXyrXkn/J2WU8UGhRANCAASokdwxSv8gX5Cz8A6zd61/0it2S0Me
        m6VkJLAgctwhsJpC1XS9WGtcRce7tALkkqNkjexmtiQTabXpWQYfAiTW
        -----END PRIVATE KEY-----

        """

    static let short = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANvGr9gMLj2x6mA0
        DbzYpLp7+G5vbHYlQ85tbYvqdv2OwYQ3RoGBr7u3Lgj57gliTUodEx7dgFEhh51a
        YGgLIoSy+PusKULlTJWKP/P3PnEvnSqmTdTXYs8Y1kjeftk+MKQGMwBKlgu7QsRE
        HiZDC8NsvlZueR0neP/EqFJhCxS7AgMBAAECgYANuO4p0zjf6Uf1Ecr5y50dd7gf
        TR28kr8VGIgKgG1Fj7BNjRX96BcM5XceYFyYgWbKBd63wqTMbAeHr6jtViSlfsdl
        PW6bdD6Pi8hnxzWyQKPTwyq8kGoLFNW5L7GR26kOy3wNUoX/HAtFdA1W05YJODOw
        BD/7xMsw05jrfapeoQJBAP2afbPHHGy4XijokS0rMLfYvX75Jfvv6bkCcE5Qo6Jl
        B2pqpSnXoftDaE8W9lEPOSyl+J1hvfsMPvhnSFdpnbUCQQDd2lyizzOOOWQHAZRc
        oExVWow/Mqqn/E/MYhvKUKVkDwYtfzvvvQ9Iu3MFnqfBIobbcLBmvMg6QNvma6NG
        ku6vAkALFiLiphSvCAxNu4UFNXsmvlniYB/x+JX+GYYxVkMhCUueslTQFHYnVtYL
        hxRzjLfSJNtOfgRhIjLqhxFZiOt1AkBei0U5GOYWsTyAg9rPEn0VTs4/zH7PsgXr
        ys+fC3lAR+rRDszjIQXXcBLXjUJeWzFvaPmz/rWxpZxQ+QQO+mT/AkEAojhgnCxR
        8HPT8au4L9y+2keTMnstQQRK6qcP+nKV7JnHvX0Qz1pgKL+ryPjvPdTiw4KiQA3X
        ygT7Tyi3dInYew==
        -----END PRIVATE KEY-----

        """

    /// Of `header.payload`, with the first key.
    static let signature =
        "SrsajlT39BCAQHOGzToeJCxiSf6c1f4Mv6fJsInpVzSeF6GxMyKAuf07BvjzQXgqcV5X6Gyrgy5Jlg7tBv74+PoWncCJdtm4xDpx"
        + "HumNWldMoRJ9FKY4M/VEKCsO98W51xHlmaJ9m8Gghh46lNxdiMMV7k8S/Z0P2CSMFsgBwsdWj1BCsX23vwBWrcPCOFBWWa3eGy2z"
        + "DjKZaLp9LyNrz8O+oVWAxOrqMx4fh5mMxmEZLFXUBpdsfKC7f8EtorHQRnkB23Wmkq3/krWa24mHs+9L8PIb3tY3FozMmGjFfR9f"
        + "xSVV7F2MIzJSk2hg6YBDRI6MnTHODw+Rbt2la0rX5g=="
}
