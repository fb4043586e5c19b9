using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flex.Cli;

/// <summary>How every <c>--json</c> prints: indented, keys and enumerations in snake_case.</summary>
public static class JsonOutput
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // A field may hold NaN and infinity, which JSON has no numbers for.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Prints a result as JSON on standard output.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="services">The outside world.</param>
    /// <param name="result">The result.</param>
    public static void WriteJson<T>(this CliServices services, T result)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Out.WriteLine(JsonSerializer.Serialize(result, Options));
    }
}
