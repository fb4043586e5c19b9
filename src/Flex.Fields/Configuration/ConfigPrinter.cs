using System.Collections;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace Flex.Fields.Configuration;

/// <summary>Writes a configuration back: every setting, also those that kept their default.</summary>
public static class ConfigPrinter
{
    /// <summary>Writes a configuration as YAML that <see cref="YamlConfig"/> reads to an equal record.</summary>
    /// <param name="config">The record.</param>
    /// <returns>YAML.</returns>
    public static string ToYaml(object config) =>
        new SerializerBuilder()
            .WithQuotingNecessaryStrings()
            .WithEventEmitter(next => new Layout(next))
            .Build()
            .Serialize(ToDictionary(config));

    /// <summary>Writes a configuration as plain values, for metadata and JSON.</summary>
    /// <param name="config">The record.</param>
    /// <returns>Keys with null, bool, long, ulong, double, string, lists and dictionaries of these, in the order of declaration.</returns>
    public static IReadOnlyDictionary<string, object?> ToDictionary(object config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var dictionary = new OrderedDictionary<string, object?>();
        foreach (var member in new RecordShape(config.GetType()).Members)
        {
            dictionary.Add(member.Key, Plain(RecordShape.ValueOf(config, member)));
        }

        return dictionary;
    }

    private static object? Plain(object? value) => value switch
    {
        null or bool or string or ulong or double => value,
        Enum => RecordShape.KeyOf(value.ToString()!),
        float number => double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        int or long or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        IDictionary map => map.Keys.Cast<string>().ToDictionary(key => key, key => Plain(map[key])),
        IEnumerable items => items.Cast<object?>().Select(Plain).ToList(),
        _ => ToDictionary(value),
    };

    /// <summary>Spells null out and keeps lists of scalars on one line.</summary>
    private sealed class Layout(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is null)
            {
                emitter.Emit(new Scalar("null"));
            }
            else
            {
                base.Emit(eventInfo, emitter);
            }
        }

        public override void Emit(SequenceStartEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is List<object?> items && items.All(item => item is null or string or not IEnumerable))
            {
                eventInfo.Style = SequenceStyle.Flow;
            }

            base.Emit(eventInfo, emitter);
        }
    }
}
