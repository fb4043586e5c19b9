using System.Globalization;

namespace Flex.Torch.Nn;

/// <summary>
/// A container whose children have given numbers: the layers with parameters of a PyTorch <c>Sequential</c>,
/// without those that have none (SiLU, Dropout).
/// </summary>
public sealed class Numbered : Module
{
    /// <summary>Registers a child under its place in the sequence.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="place">Its place.</param>
    /// <param name="module">The child.</param>
    /// <returns>The child.</returns>
    public T At<T>(int place, T module)
        where T : Module => AddModule(place.ToString(CultureInfo.InvariantCulture), module);
}
