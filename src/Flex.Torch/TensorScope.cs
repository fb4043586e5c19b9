namespace Flex.Torch;

/// <summary>
/// Frees, when disposed, every tensor that was made on this thread since the scope was opened and was not kept.
/// The memory behind tensors is invisible to the garbage collector, so it is given back here and nowhere else.
/// </summary>
/// <remarks>Scopes nest and belong to one thread, as libtorch's own gradient mode does.</remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? _current;

    private readonly TensorScope? _outer = _current;
    private readonly List<Tensor> _tensors = [];

    /// <summary>Opens a scope on this thread.</summary>
    public TensorScope() => _current = this;

    /// <summary>The innermost open scope of this thread, or null: then the maker of a tensor disposes of it.</summary>
    internal static TensorScope? Current => _current;

    /// <summary>Hands a tensor to the enclosing scope (or, without one, to the caller).</summary>
    /// <param name="tensor">A tensor of this scope; one of another scope is left where it is.</param>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Scope == this)
        {
            tensor.Scope = null;
            _outer?.Add(tensor);
        }

        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_current != this)
        {
            throw new InvalidOperationException("tensor scopes are closed in the reverse order of their opening, on their own thread");
        }

        _current = _outer;
        foreach (var tensor in _tensors)
        {
            if (tensor.Scope == this)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Takes a tensor into this scope.</summary>
    internal void Add(Tensor tensor)
    {
        tensor.Scope = this;
        _tensors.Add(tensor);
    }
}
