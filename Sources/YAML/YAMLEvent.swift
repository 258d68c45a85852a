/// A step of a YAML stream.
enum YAMLEvent {
    /// An anchor or a tag in front of a node; the tag resolved, such as `tag:yaml.org,2002:str`.
    struct Properties {
        var anchor: String?
        var tag: String?
    }

    case documentStart
    case documentEnd
    case alias(String, YAMLMark)
    case scalar(String, isPlain: Bool, Properties, YAMLMark)
    case sequenceStart(Properties, YAMLMark)
    case mappingStart(Properties, YAMLMark)
    case collectionEnd
}
