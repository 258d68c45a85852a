import Cryptography
import FoundationEssentials
import Model

extension SandboxServers {
    /// The variables that point any client at the embedded clouds, with the files that they name written to a directory that
    /// exists.
    ///
    /// Files: `gcloud-access-token`, `kubeconfig`, `service-account.json`, `policy.yaml`. The identity of Google is left to the
    /// metadata server; for the key file
    /// set `GOOGLE_APPLICATION_CREDENTIALS` to `service-account.json`.
    package func environment(_ scenario: SandboxScenario, directory: String) throws -> [String: String] {
        let token = box.step { world, now in
            world.google.issueToken(for: "sandbox-user@\(scenario.project).example", lifetime: .seconds(30 * 86_400), now: now)
        }
        let root = URL(filePath: directory, directoryHint: .isDirectory)
        func write(_ name: String, _ bytes: [UInt8]) throws -> String {
            let file = root.appending(path: name)
            try Data(bytes).write(to: file, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            return file.path
        }
        let metadata = String(endpoints.metadata.dropFirst("http://".count))
        let tokenFile = try write("gcloud-access-token", Array(token.exposed.utf8))
        let kubeconfig = try write("kubeconfig", Array(kubeconfig(scenario).utf8))
        _ = try write("policy.yaml", Array(scenario.policyFile.utf8))
        _ = try write("service-account.json", try serviceAccountKey(scenario))
        return [
            "AWS_ENDPOINT_URL_EC2": endpoints.ec2, "AWS_ENDPOINT_URL_STS": endpoints.sts,
            "AWS_ENDPOINT_URL_RDS": endpoints.rds, "AWS_ACCESS_KEY_ID": scenario.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": scenario.secretAccessKey.exposed, "AWS_REGION": scenario.awsRegion,
            "AWS_DEFAULT_REGION": scenario.awsRegion, "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": endpoints.compute,
            "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": tokenFile, "CLOUDSDK_CORE_PROJECT": scenario.project,
            // Whoever is signed in on this machine is not to be sent to the embedded clouds.
            "CLOUDSDK_CONFIG": root.appending(path: "gcloud").path,
            "GCE_METADATA_HOST": metadata, "GCE_METADATA_IP": metadata, "KUBECONFIG": kubeconfig,
        ]
    }

    private func kubeconfig(_ scenario: SandboxScenario) -> String {
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: sandbox
          cluster: {server: "\(endpoints.kubernetes)"}
        users:
        - name: sandbox
          user: {token: \(scenario.kubernetesToken.exposed)}
        contexts:
        - name: sandbox
          context: {cluster: sandbox, user: sandbox, namespace: default}
        current-context: sandbox

        """
    }

    /// A key file of the scenario's service account, whose key the token endpoint knows from now on.
    private func serviceAccountKey(_ scenario: SandboxScenario) throws -> [UInt8] {
        let key = try RSAPrivateKey.generate(bits: 2048)
        let (id, uniqueID) = box.step { world, _ in
            let id = world.random.hex(40)
            world.google.keys.append(GoogleWorld.Key(id: id, account: scenario.serviceAccount, privateKey: key))
            return (id, world.google.account.uniqueID)
        }
        let file: JSONValue = [
            "type": "service_account", "project_id": .string(scenario.project), "private_key_id": .string(id),
            "private_key": .string(String(decoding: try key.pkcs8PEM(), as: UTF8.self)),
            "client_email": .string(scenario.serviceAccount), "client_id": .string(uniqueID),
            "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": .string(endpoints.oauth),
            "universe_domain": "googleapis.com",
        ]
        return file.json
    }
}
